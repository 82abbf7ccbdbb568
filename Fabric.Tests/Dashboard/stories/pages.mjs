// What all pages have in common: weight, keys, readers, addresses, the token.
import { TELNET, audit, base, become, browser, check, errors, fabric, open, pages, requests, same } from "../browser.mjs";

export default {
  async "every page opens, asks nobody else, and weighs little"() {
    const page = await open("/");
    const weight = await page.evaluate(() => performance.getEntriesByType("resource").reduce((sum, entry) => sum + entry.transferSize, 0));
    check(weight > 10_000 && weight < 300_000, `the first page weighs ${weight} bytes`);
    const paint = await page.evaluate(() => performance.getEntriesByType("paint").find((entry) => entry.name === "first-contentful-paint")?.startTime ?? 0);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${base}${path}`);
      await page.getByText("live", { exact: true }).waitFor();
      await page.locator("h1").waitFor({ state: "attached" });
      same(await page.locator(".trouble").count(), 0, `trouble on page ${name}`);
      check((await page.locator("h1").count()) === 1, `page ${name} has one heading`);
    }
    check(requests.every((url) => url.startsWith(base)), `asked elsewhere: ${requests.find((url) => !url.startsWith(base))}`);
    same(errors.join("\n"), "", "errors in the console");
    console.log(`# first paint after ${Math.round(paint)} ms, ${weight} bytes`);
    await page.context().close();
  },

  async "axe finds nothing on any page in either theme"() {
    const found = [];
    for (const theme of ["light", "dark"]) {
      const page = await open("/", theme);
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${base}${path}`);
        await page.getByText("live", { exact: true }).waitFor();
        await page.waitForFunction(() => !document.body.innerText.includes("Reading…"));
        // What is not colour is the same in both.
        await audit(page, `${name}, ${theme}`, theme === "dark" ? { runOnly: ["color-contrast"] } : {}, found);
      }
      await page.context().close();
    }
    check(found.length === 0, found.join(" || "));
  },

  async "all of it by keys alone"() {
    const page = await open("/");
    const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();
    for (const [key, name] of [["d", "Devices"], ["f", "Flows"], ["t", "Trace"], ["c", "Cluster"], ["e", "Events"], ["a", "Alarms"], ["n", "Network"]]) {
      await page.keyboard.press(key);
      await heading(name);
    }
    await page.keyboard.press("d");
    await heading("Devices");
    await page.locator("tbody tr").nth(2).waitFor();
    const name = () => page.evaluate(() => document.activeElement?.textContent);
    for (const key of ["j", "j", "k", "j"]) await page.keyboard.press(key);
    await become(async () => [await name(), await page.locator("tbody tr:nth-child(2) a").first().innerText()], "the row that j and k lead to");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.pathname.split("/").length > 2);
    await page.keyboard.press("g");
    await heading("Network");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    await page.keyboard.type("10.1.0.12");
    await page.getByRole("option", { name: /web2/ }).waitFor();
    await page.keyboard.press("Enter");
    await heading("lab/web2");
    await page.goto(`${base}/?tree=1`);
    await page.getByRole("treegrid").waitFor();
    const row = () => page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    await page.locator('[role="row"][tabindex="0"]').focus();
    for (let i = 0, at = await row(); i < 30 && at !== "port/lab/web1"; i++, at = await row()) {
      await page.keyboard.press("ArrowDown");
      // The page follows a moment later; a key that is pressed meanwhile would go past the row unseen.
      await page.waitForFunction((before) => document.activeElement?.getAttribute("data-id") !== before, at);
    }
    await page.keyboard.press("Enter");
    await heading("lab/web1");
    const seen = new Set();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.activeElement?.tagName + (document.activeElement?.textContent ?? "").slice(0, 20)));
    }
    check(seen.size > 12, `no trap: ${seen.size} places had the focus`);
    await page.context().close();
  },

  async "the rows of a list are those of the command line"() {
    const page = await open("/devices?kind=ports");
    await page.getByRole("link", { name: "lab/web1", exact: true }).waitFor();
    const names = await page.locator("tbody tr td:first-child").allInnerTexts();
    same(names.join("\n"), fabric("show", "ports", "--columns", "name", "--no-headings").trim(), "the names");
    await page.context().close();
  },

  async "without the token there is only the door"() {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${base}/cluster`);
    await page.getByText("This page needs the token").waitFor();
    await page.goto(`${base}/cluster#token=wrong`);
    await page.reload();
    await page.getByText("This page needs the token").waitFor();
    await context.close();
  },

  async "an address shows the same view in a browser that has seen nothing"() {
    const { position } = JSON.parse(fabric("status", "-o", "json"));
    const past = `at=${position}`;
    const told = async (page) => {
      await page.waitForFunction(() => !document.body.innerText.includes("Reading…"));
      // What was dropped goes on meanwhile; what is chosen does not.
      const chosen = await page.locator("main input, main select").evaluateAll((all) => all.map((one) => one.value));
      const pressed = await page.locator("main [aria-pressed=true], main [aria-selected=true]").allInnerTexts();
      return JSON.stringify([chosen, pressed, await page.locator("footer.time .position").allInnerTexts()]);
    };
    for (const [name, path, text] of [
      ["the past", `/?${past}&layer=overlay&sel=port/lab/db1&tree=1`, ".mapframe .card"],
      ["a device of the past", `/port/lab/web1?${past}`, "h1"],
      ["flows", "/flows?q=icmp&host=all", ".title"],
      ["a trace of the past", `/trace?p=${encodeURIComponent(TELNET)}&${past}`, "main"],
      ["events", "/events?q=lab&open=1", "main .events > li:last-child"],
    ]) {
      const page = await open(path);
      await page.locator(text).first().waitFor();
      // How long ago something was goes on.
      const wordsOf = async (page) => (await page.locator(text).first().innerText()).replaceAll(/\d+ (s|min) ago/g, "a while ago");
      const [chosen, words, address] = [await told(page), await wordsOf(page), page.url()];
      check(address.length < 500, `${name}: an address of ${address.length} characters`);
      const other = await open(address.slice(base.length));
      await other.locator(text).first().waitFor();
      same(await told(other), chosen, `${name}: what is chosen`);
      same(await wordsOf(other), words, name);
      await other.context().close();
      await page.context().close();
    }
  },
};

// Traces, the past, and changes.
import { TELNET, ask, base, check, fabric, open, pages, same } from "../browser.mjs";

export default {
  async "a trace is told step by step, as text the same as the command line, and a URL repeats it"() {
    const page = await open(pages.trace);
    const steps = page.getByRole("list", { name: "Steps" });
    await steps.getByText("time to live one less").waitFor();
    await steps.getByText("nw_ttl").waitFor();
    await page.keyboard.press("x");
    await page.locator("pre.report", { hasText: "=>" }).waitFor();
    const text = await page.locator("pre.report").innerText();
    same(text.trim(), fabric("trace", TELNET).trim(), "the text");
    check(page.url().includes("text=1"), "the address holds the form");
    await page.context().close();
  },

  async "the slider shows the network as it was"() {
    const page = await open("/");
    const slider = page.getByRole("slider", { name: "Position of the journal" });
    await slider.fill("3");
    // Which of the three came last is chance.
    await page.getByText(/host h\d created/).waitFor();
    check(page.url().includes("at=3"), page.url());
    await page.waitForFunction(() => globalThis.fabric?.place("port/lab/web1") === null);
    await page.waitForFunction(() => globalThis.fabric?.changed.length === 1 && /^host\/h\d$/.test(globalThis.fabric.changed[0]));
    await page.getByRole("button", { name: "Back to now" }).click();
    await page.waitForFunction(() => globalThis.fabric?.place("port/lab/web1") !== null);
    await page.waitForFunction(() => globalThis.fabric.changed.length === 0);
    await page.keyboard.press("[");
    await page.waitForFunction(() => location.search.includes("at="));
    await page.context().close();
  },

  async "a page of the past says what is not known of it, and its links stay there"() {
    const page = await open("/");
    const { position } = JSON.parse(fabric("status", "-o", "json"));
    const stays = (what) => page.waitForFunction((at) => location.search.includes(`at=${at}`), position).catch(() => check(false, `${what} leads to ${page.url()}`));
    await page.goto(`${base}/?at=${position}`);
    await page.getByText("these drops are of now").waitFor();
    await page.getByRole("link", { name: /^Trace it/ }).first().click();
    await page.getByText("a packet is traced through what was described at position").waitFor();
    await stays("a drop");
    await page.getByRole("link", { name: "Event", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
    await stays("the slider's event");
    const entry = page.locator(".events > li").filter({ has: page.locator(".changes a") }).first();
    await entry.locator("summary").waitFor();
    if (!(await entry.locator(".changes a").first().isVisible())) await entry.locator("summary").click();
    await entry.locator(".changes a").first().click();
    await page.getByRole("region", { name: "What is not known of the past" }).getByText("drops, flows, learned addresses and connections are not in the journal").waitFor();
    await stays("a device of an event");
    await page.context().close();
  },

  async "a rule is changed after a preview, and its effect is seen"() {
    const page = await open(pages.change);
    const text = page.getByRole("textbox", { name: "Description" });
    await page.waitForFunction(() => document.querySelector("textarea")?.value.includes("no-telnet"));
    await text.fill((await text.inputValue()).replace("dport: 23", "dport: 24"));
    const apply = page.getByRole("button", { name: "Apply" });
    check(await apply.isDisabled(), "nothing is applied without a preview");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator(".plus", { hasText: "dport: 24" }).waitFor();
    await page.getByLabel("The same by the command line").getByText("fabric apply -f -").waitFor();
    await page.getByLabel("Why").fill("telnet moves");
    await apply.click();
    await page.getByText("Stored at").waitFor();
    await page.goto(`${base}/`);
    await ask(page, "lab/web1", "lab/db1", "23");
    await page.getByRole("status").getByText("Delivered to port db1").waitFor();
    await page.getByRole("link", { name: "Events" }).click();
    const entry = page.locator(".events > li", { hasText: "“telnet moves”" });
    await entry.locator("summary").click();
    const lines = entry.getByLabel("chain lab/db-in, before and since");
    await lines.locator(".minus", { hasText: "dport: 23" }).waitFor();
    await lines.locator(".plus", { hasText: "dport: 24" }).waitFor();
    const told = fabric("events", "--changes", "-n", "1");
    check(/^ {4}- +- \{ name: no-telnet, .*dport: 23/m.test(told) && /^ {4}\+ +- \{ name: no-telnet, .*dport: 24/m.test(told), `the command line tells the same: ${told}`);
    const position = (await entry.locator(".position").innerText()).replaceAll(",", "");
    const past = await open(`/?at=${position}`);
    // The chain stands at the database's ports.
    await past.waitForFunction(() => globalThis.fabric?.changed.includes("port/lab/db1"));
    await past.context().close();
    const undo = await entry.getByLabel("Shows what would undo it").innerText();
    check(fabric(...undo.split(" ").slice(1)).includes("dport: 23"), `${undo} shows the rule as it was`);
    check(fabric("show", "rules").includes("dport: 24"), "the command line sees it too");
    await page.context().close();
  },
};

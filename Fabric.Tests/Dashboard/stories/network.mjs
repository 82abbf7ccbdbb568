// The front page: the map, and why packets are dropped.
import { ask, base, become, browser, check, fabric, open, pages, same, until } from "../browser.mjs";

export default {
  async "the front page says why a packet was dropped, and why one would be"() {
    const page = await open("/");
    await page.getByRole("list", { name: "Last drops" }).getByText("web1 → db1 tcp/23 dropped at host h1 by rule no-telnet (1st of chain db-in, outbound at port db1), added by").waitFor();
    await until(() => fabric("drops").includes("web1 -> db1 tcp/23 dropped at host `h1` by rule `no-telnet`"), "the command line says the same");
    await ask(page, "lab/web1", "lab/db1", "23");
    await page.getByRole("status").getByText("By rule no-telnet (1st of chain db-in, outbound at port db1), added by").waitFor();
    await ask(page, "lab/web1", "lab/db1", "80");
    await page.getByRole("status").getByText("Delivered to port db1").waitFor();
    await ask(page, "lab/web1", "nobody", "80");
    await page.getByRole("alert").getByText("there is no port 'nobody'").waitFor();
    await page.context().close();
  },

  async "what happened at another host is told at any"() {
    const page = await open("/");
    await page.getByRole("list", { name: "Last drops" }).getByText("web2 → db1 tcp/23 dropped at host h2 by rule no-telnet").waitFor();
    // An answer of another host is waited for a second, and on a busy machine comes with the next question.
    await until(() => fabric("drops").includes("web2 -> db1 tcp/23 dropped at host `h2` by rule `no-telnet`"), "the command line tells it too");
    check(!fabric("drops", "--host", "h1").includes("host `h2`"), "and of one host alone only what happened there");
    const hits = (host) => JSON.parse(fabric("top", "rules", "--host", host, "--interval", "0.1", "-o", "json")).items.find((rule) => rule.rule === "lab/db-in/no-telnet")?.packets ?? 0;
    await until(() => hits("h2") > 0, "a rule is counted where packets come in");
    await become(() => [hits("all"), hits("h1") + hits("h2")], "and at all hosts together");
    await page.goto(`${base}${pages.chain}`);
    await page.getByText("counted at all 3 hosts", { exact: true }).waitFor();
    await page.getByRole("row", { name: new RegExp(`no-telnet.* ${hits("all")} `) }).waitFor();
    // web1 pings db1 all the time, which is at h3.
    await page.goto(`${base}/flows?host=h3`);
    await page.getByRole("row", { name: /lab\/db1.*icmp/ }).first().waitFor();
    same(await page.getByRole("row", { name: /lab\/web1/ }).count(), 0, "flows of web1, which is at h1");
    await page.locator("main select").selectOption("all");
    await page.getByRole("row", { name: /h1.*lab\/web1/ }).first().waitFor();
    await page.goto(`${base}/port/lab/db1`);
    await page.getByText("at host h3, since this page was opened").waitFor();
    await page.goto(`${base}/`);
    await page.waitForFunction(() => globalThis.fabric?.rates["lab/web1"] > 0 && globalThis.fabric.rates["lab/db1"] > 0);
    await page.goto(`${base}/cluster`);
    const ranges = page.getByRole("list", { name: "Decisions by how long they took" }).getByRole("listitem");
    await ranges.first().waitFor();
    const times = (await ranges.locator("span:first-child").allInnerTexts()).filter((text) => text.startsWith("≤")).map((text) => parseFloat(text.slice(1)));
    same(times.join(), times.toSorted((left, right) => left - right).join(), "the times in their order");
    check(!(await ranges.locator(".number").allInnerTexts()).some((text) => /^[-−]/.test(text)), "no fewer than none");
    await page.goto(`${base}/flows`);
    await page.getByText(/^[1-9]\d* of [1-9]\d*$/).waitFor();
    await until(() => {
      const told = JSON.parse(fabric("flows", "--host", "all", "-o", "json")).items;
      return ["h1", "h3"].every((host) => told.some((flow) => flow.host === host));
    }, "the command line tells the flows of all hosts");
    await page.context().close();
  },

  async "what is clicked on the map lights up what belongs to it, and the address holds it"() {
    const page = await open("/");
    await page.waitForFunction(() => globalThis.fabric?.place("port/lab/db1"));
    const place = await page.evaluate(() => globalThis.fabric.place("port/lab/db1"));
    await page.mouse.click(place.x, place.y);
    const card = page.getByRole("status", { name: "Selected" });
    await card.getByRole("link", { name: "host h3" }).waitFor();
    await card.getByRole("link", { name: "bridge db" }).waitFor();
    await page.keyboard.press("o");
    // What the outline and the map light up is what the agent says.
    const lit = async (id) => {
      const told = await page.evaluate(
        async (id) => (await (await fetch(`/v1/related?id=${encodeURIComponent(id)}`, { headers: { Authorization: `Bearer ${sessionStorage.getItem("fabric-token")}` } })).json()).items.map((item) => item.id).sort(),
        id,
      );
      check(told.includes(id), `${id} is not among ${told}`);
      await page.waitForFunction((told) => globalThis.fabric.lit.join() === told, told.join());
      const rows = () => page.locator('[role="row"][aria-selected="true"]').evaluateAll((all) => all.map((row) => row.dataset.id).sort());
      await become(async () => [(await rows()).join(), told.join()], `the rows that light up with ${id}`);
      return told;
    };
    const withPort = await lit("port/lab/db1");
    const plug = withPort.find((id) => id.startsWith("interface/h3/"));
    for (const id of ["host/h3", plug, "bridge/lab/db"]) check(withPort.includes(id), `db1 lights up ${id}: ${withPort}`);
    same(withPort.filter((id) => id.startsWith("tunnel/")).join(), "tunnel/h1/h3,tunnel/h2/h3", "the tunnels of db1");
    same((await page.locator('[role="row"][aria-current="true"]').innerText()).split(/\s+/)[0], "db1", "the row that is chosen");
    await card.getByRole("button", { name: `interface ${plug?.split("/")[2]} of h3` }).click();
    check((await lit(plug)).includes("port/lab/db1"), "the interface lights up its port");
    await page.locator('[role="row"][data-id="host/h3"]').click();
    check((await lit("host/h3")).includes("port/lab/db1"), "the host lights up its port");
    // The outline has taken some of the map's room.
    await page.waitForFunction(() => globalThis.fabric.place("tunnel/h1/h3"));
    const tunnel = await page.evaluate(() => globalThis.fabric.place("tunnel/h1/h3"));
    await page.mouse.click(tunnel.x, tunnel.y);
    await page.waitForFunction(() => location.search.includes("sel=tunnel"));
    const withTunnel = await lit("tunnel/h1/h3");
    check(withTunnel.includes("port/lab/db1") && withTunnel.includes("port/lab/web1") && !withTunnel.includes("port/lab/web2"), `the tunnel lights up its ports: ${withTunnel}`);
    await page.locator('[role="row"][data-id="port/lab/db1"]').click();
    await lit("port/lab/db1");
    const address = page.url();
    check(address.length < 500 && address.includes("sel=port%2Flab%2Fdb1"), `the address: ${address}`);
    const other = await open(address.slice(base.length));
    await other.getByRole("status", { name: "Selected" }).waitFor();
    await become(async () => [await other.locator(".mapframe").innerText(), await page.locator(".mapframe").innerText()], "the same view elsewhere");
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });
    await other.context().close();
    await page.context().close();
  },

  async "links tell what they carry while devices are shown, and a device's page what it carries each second"() {
    // web1 pings db1 all the time: through two bridges and the router between them.
    const page = await open("/");
    await page.waitForFunction(() => globalThis.fabric?.marks > 0);
    for (let i = 0; i < 20 && (await page.evaluate(() => globalThis.fabric.level)) !== "devices"; i++) {
      await page.getByRole("button", { name: "Zoom out" }).click();
      // The level is known when the map is drawn again, which is with the next frame.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    }
    same(await page.evaluate(() => globalThis.fabric.level), "devices", "what is drawn");
    const busy = (of) => page.waitForFunction((of) => Object.entries(globalThis.fabric.linkRates).some(([ports, rate]) => ports.includes(of) && rate > 0), of);
    await busy("lab/web.r1");
    await busy("lab/db.r1");
    const top = () => JSON.parse(fabric("top", "links", "--host", "all", "--interval", "0.1", "-o", "json")).items;
    const drawn = () => page.evaluate(() => Object.keys(globalThis.fabric.linkRates));
    await become(async () => [top().map((one) => one.link).sort().join(), (await drawn()).sort().join()], "the links of the page and of the command line");
    for (const [path, what] of [["/bridge/lab/web", "carried"], ["/router/lab/r1", "carried"], ["/chain/lab/db-in", "matched by its rules"]]) {
      await page.goto(`${base}${path}`);
      const traffic = page.getByRole("region", { name: "Traffic" });
      await traffic.getByText("counted at all 3 hosts, since this page was opened").waitFor();
      await traffic.getByText(new RegExp(`^packets ${what} \\d+(\\.\\d)?/s$`)).waitFor();
      if (!path.startsWith("/chain")) await traffic.getByText(/packets carried ([1-9]|0\.[1-9])/).waitFor();
    }
    await page.context().close();
  },

  async "a newcomer is told what a flow is"() {
    const page = await open("/flows");
    await page.getByText("What is this?").click();
    await page.getByText("packets like the first are then forwarded without asking").waitFor();
    const row = page.getByRole("row", { name: /lab\/web1.*icmp echo request/ }).first();
    await row.getByText("destination address", { exact: true }).waitFor();
    const text = await row.innerText();
    check(/protocol\s+ICMP/.test(text) && text.includes("10.2.0.11") && /type of service|source MAC|ICMP code/.test(text), `the row in words: ${text}`);
    await row.getByText("in the datapath's notation").click();
    await row.getByText(/eth_type\(0x0800\)/).waitFor();
    await page.context().close();
  },

  async "the map is no more than can be taken in, and where it was"() {
    const page = await open("/");
    await page.waitForFunction(() => globalThis.fabric?.marks > 0);
    const first = await page.evaluate(() => [globalThis.fabric.marks, globalThis.fabric.place("host/h2")]);
    check(first[0] <= 300, `${first[0]} marks`);
    await page.reload();
    await page.waitForFunction(() => globalThis.fabric?.marks > 0);
    same(JSON.stringify(await page.evaluate(() => globalThis.fabric.place("host/h2"))), JSON.stringify(first[1]), "the place after a reload");
    await page.context().close();
  },

  async "five thousand things are drawn, dragged and zoomed"() {
    // All of them in sight at once, as ports, in the size that is the least for a page to show ports; and ten thousand links.
    const page = await open("/alarms");
    const [columns, rows] = [100, 50];
    const nodes = Array.from({ length: columns * rows }, (_, i) => {
      const [x, y] = [(i % columns) * 14, Math.floor(i / columns) * 18];
      return { id: `port/t/p${i}`, kind: "port", name: `p${i}`, tenant: "t", x, y, w: 12, h: 14, filtered: i % 5 === 0 };
    });
    const links = nodes.flatMap((node, i) => [1, columns].map((step) => ({ from: node.id, to: nodes[(i + step) % nodes.length].id, ports: ["a", "b"] })));
    const [width, height] = [columns * 14, rows * 18];
    const tenants = [{ name: "t", x: -10, y: -10, w: width + 20, h: height + 20, routers: 0, bridges: 0, ports: nodes.length }];
    await page.route("**/v1/map*", (route) => route.fulfill({ json: { position: 4, left: 0, width, height, tenants, nodes, links } }));
    await page.goto(`${base}/`);
    await page.waitForFunction(() => globalThis.fabric?.marks > 0);
    check((await page.evaluate(() => globalThis.fabric.marks)) <= 300, "the first view is no more than can be taken in");
    const box = await page.locator("canvas").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -1);
    await page.waitForFunction(() => globalThis.fabric.level === "ports" && globalThis.fabric.marks >= 5000);
    // From one frame of the browser to the next, with something to draw in each: what there is to wait for, not only what the script takes.
    const frames = (isZoom) =>
      page.evaluate(async (isZoom) => {
        const canvas = document.querySelector("canvas.map");
        const { x, y, width, height } = canvas.getBoundingClientRect();
        const frame = () => new Promise(requestAnimationFrame);
        const times = [];
        let before = await frame();
        let least = Infinity;
        for (let i = 0; i < 60; i++) {
          const at = { clientX: x + width / 2 + 30 * Math.sin(i / 6), clientY: y + height / 2 + 20 * Math.cos(i / 6), bubbles: true, cancelable: true };
          canvas.dispatchEvent(isZoom ? new WheelEvent("wheel", { ...at, deltaY: i % 2 ? 1 : -1 }) : new PointerEvent("pointermove", at));
          const now = await frame();
          times.push(now - before);
          before = now;
          least = Math.min(least, globalThis.fabric.marks);
        }
        times.sort((left, right) => left - right);
        return { median: times[30], p95: times[57], least };
      }, isZoom);
    // How fast that is depends on the machine and what else it does: the figure is told, and docs/performance.md has it of a quiet one.
    for (const [deed, isZoom] of [["dragged", false], ["zoomed", true]]) {
      if (!isZoom) await page.mouse.down();
      const { median, p95, least } = await frames(isZoom);
      if (!isZoom) await page.mouse.up();
      check(least >= 4500, `${least} things are drawn`);
      console.log(`# ${nodes.length} things and ${links.length} links ${deed}: median ${median.toFixed(1)} ms a frame, p95 ${p95.toFixed(1)} ms`);
    }
    await page.context().close();
  },

  async "drops that are not kept are counted"() {
    const page = await open("/alarms");
    await page.route("**/v1/drops*", async (route) => route.fulfill({ json: { ...(await (await route.fetch()).json()), displaced: 1234 } }));
    await page.goto(`${base}/`);
    await page.getByText("1,234 older ones are not kept.").waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.context().close();
  },
};

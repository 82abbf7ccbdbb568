// The browser that stories are told in, and what each of them needs.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

export const given = JSON.parse(process.argv[2]);
const require = createRequire(`${given.modules}/`);
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
export const base = given.url.split("/#")[0];
const token = given.url.split("#")[1];
export const PATIENCE = 60_000;
export const TELNET = "in_port=lab/web1,tcp,nw_dst=10.2.0.11,tp_dst=23,tcp_flags=syn";
export const pages = {
  network: "/",
  ask: `/?sel=port/lab/web1&p=${encodeURIComponent(TELNET)}`,
  devices: "/devices?kind=ports",
  port: "/port/lab/web1",
  chain: "/chain/lab/db-in",
  bridge: "/bridge/lab/web",
  router: "/router/lab/r1",
  host: "/host/h1",
  flows: "/flows",
  trace: `/trace?p=${encodeURIComponent(TELNET)}`,
  cluster: "/cluster",
  events: "/events?open=5",
  alarms: "/alarms",
  change: "/change?chain=lab/db-in",
  outline: "/?tree=1",
  past: "/?at=4",
};

export const browser = await chromium.launch({ executablePath: given.chromium, args: ["--no-sandbox"] });
export const errors = [];
export const requests = [];

export async function open(path, theme = "light") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${base}${path}#${token}`);
  await page.getByText("live", { exact: true }).waitFor();
  return page;
}

export const fabric = (...words) => execFileSync(given.fabric, [...words, "--socket", given.socket], { encoding: "utf8", timeout: PATIENCE });
export const check = (isSo, what) => {
  if (!isSo) throw new Error(what);
};
export const same = (found, wanted, what) => check(found === wanted, `${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);

// What comes about a moment later, in the page or at the agents: asked until it is so.
export async function until(isSo, what) {
  let told;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    told = await isSo();
    if (told === true) return;
  }
  check(false, typeof told === "string" ? `${what}: ${told}` : what);
}
// The same of two things that become equal.
export const become = (read, what) =>
  until(async () => {
    const [found, wanted] = await read();
    return found === wanted || `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`;
  }, what);

export async function ask(page, from, to, port) {
  const form = page.getByRole("form", { name: "Ask what becomes of a packet" });
  await form.getByLabel("From port").fill(from);
  await form.getByLabel("To port or address").fill(to);
  await form.getByLabel("Port", { exact: true }).fill(port);
  await form.getByRole("button", { name: "Ask" }).click();
}

export async function audit(page, name, options, found) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, { resultTypes: ["violations"], ...options }), options);
  const told = violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary?.split("\n")[1] ?? ""}`);
  if (told.length > 0) found.push(`${name}: ${told.join("; ")}`);
}

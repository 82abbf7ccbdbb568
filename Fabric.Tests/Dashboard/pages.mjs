// Drives the pages in a browser, one story after another, and tells of each `ok NAME` or `not ok NAME: why`. DashboardLiveTest starts it.
//
//   node pages.mjs '{"modules": "...", "url": "http://127.0.0.1:.../#token=...", "fabric": "...", "socket": "...", "victim": 123, "self": 124, "pictures": null}'
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { base, browser, given, open, pages, PATIENCE } from "./browser.mjs";
import agents from "./stories/agents.mjs";
import files from "./stories/files.mjs";
import network from "./stories/network.mjs";
import common from "./stories/pages.mjs";
import time from "./stories/time.mjs";

// Those that change the network or end its agents come last.
const stories = { ...common, ...network, ...files, ...time, ...agents };

async function takePictures(folder) {
  mkdirSync(folder, { recursive: true });
  const { alarms, ...quiet } = pages;
  const cache = "fabric: v1\ntenants: { lab: { routers: { r1: {} }, bridges: { cache: { subnet: 10.3.0.0/24, router: r1 } } } }\n";
  execFileSync(given.fabric, ["apply", "-f", "-", "-m", "a cache for the shop", "--socket", given.socket], { input: cache });
  for (const theme of ["light", "dark"]) {
    const page = await open("/", theme);
    // Charts of a few seconds say little.
    for (const [name, path] of Object.entries(quiet)) {
      await page.goto(`${base}${path}`);
      await page.getByText("live", { exact: true }).waitFor();
      await page.waitForTimeout(["cluster", "port", "network"].includes(name) ? 8000 : 1500);
      await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    }
    await page.context().close();
  }
  // Where all is well there is nothing to see.
  process.kill(given.victim, "SIGKILL");
  for (const theme of ["light", "dark"]) {
    const page = await open(alarms, theme);
    await page.getByRole("heading", { name: "the agent of host h3 does not answer" }).waitFor({ timeout: 3 * PATIENCE });
    await page.screenshot({ path: `${folder}/alarms-${theme}.png` });
    await page.context().close();
  }
}

try {
  if (given.pictures) await takePictures(given.pictures);
  for (const [name, story] of given.pictures ? [] : Object.entries(stories)) {
    const started = Date.now();
    try {
      await story();
      console.log(`ok ${name}`);
    } catch (failure) {
      console.log(`not ok ${name}: ${String(failure.message).replaceAll("\n", " | ").slice(0, 2000)}`);
    }
    console.log(`# ${Date.now() - started} ms`);
  }
} finally {
  await browser.close();
}

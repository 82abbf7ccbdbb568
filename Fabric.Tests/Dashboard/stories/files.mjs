// What is saved as files.
import { readFileSync } from "node:fs";
import { base, check, fabric, open, pages, same, TELNET } from "../browser.mjs";

export default {
  async "the map and every list are saved as files"() {
    const page = await open("/");
    await page.waitForFunction(() => globalThis.fabric?.marks > 0);
    const saved = async (button) => {
      const download = page.waitForEvent("download");
      await button.click();
      const file = await download;
      return [file.suggestedFilename(), readFileSync(await file.path())];
    };
    await page.locator("summary", { hasText: "Save" }).click();
    const as = (name) => page.getByRole("group", { name: "Save the map as" }).getByRole("button", { name });
    const [svgName, svg] = await saved(as("SVG"));
    same(svgName, "network.svg", "the name");
    same(svg.toString(), fabric("export", "--as", "svg"), "the picture of the page and of the command line");
    check(svg.includes("<title>port lab/web1</title>"), "the picture tells names");
    same((await saved(as("Mermaid")))[1].toString(), fabric("export", "--as", "mermaid"), "the chart");
    same(JSON.parse((await saved(as("JSON")))[1]).nodes.length, JSON.parse(fabric("export", "--as", "json")).nodes.length, "the data");
    const [pngName, png] = await saved(as("PNG"));
    same(pngName, "network.png", "the name");
    check(png.subarray(1, 4).toString() === "PNG" && png.length > 5000, `a picture of ${png.length} bytes`);
    await page.goto(`${base}/devices?kind=ports`);
    const [, csv] = await saved(page.getByRole("button", { name: "Save ports as CSV" }));
    const rows = csv.toString().trimEnd().split("\r\n");
    same(rows.length - 1, JSON.parse(fabric("show", "ports", "-o", "json")).items.length, "a row for each port");
    check(rows[0].startsWith("name,") && rows.some((row) => row.startsWith("lab/web1,")), rows[0]);
    await page.context().close();
  },

  async "a trace, the flows and every chart are saved as files"() {
    const page = await open(pages.trace);
    const saved = async (name) => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      const file = await download;
      return [file.suggestedFilename(), readFileSync(await file.path(), "utf8")];
    };
    const [traceName, trace] = await saved("Save the trace as JSON");
    same(traceName, "trace-of-lab-web1.json", "the name");
    const told = JSON.parse(fabric("trace", TELNET, "-o", "json"));
    same(JSON.stringify(JSON.parse(trace).trace), JSON.stringify(told.trace), "the steps of the page and of the command line");
    same((await saved("Save the trace as text"))[1], fabric("trace", TELNET), "the text");
    await page.goto(`${base}/flows?q=lab/web1&host=all`);
    await page.getByRole("row", { name: /h1.*lab\/web1.*icmp/ }).first().waitFor();
    const [, csv] = await saved("Save Flows as CSV");
    const rows = csv.trimEnd().split("\r\n");
    check(rows[0].startsWith("host,port,what,verdict,packets,") && rows.slice(1).some((row) => row.startsWith("h1,lab/web1,icmp")), rows.slice(0, 2).join("\n"));
    const flows = JSON.parse((await saved("Save Flows as JSON"))[1]);
    check(flows.length > 0 && flows.every((flow) => JSON.stringify(flow).includes("lab/web1")), "the flows that the filter leaves");
    await page.goto(`${base}/bridge/lab/web`);
    await page.getByText(/^packets carried \d/).waitFor();
    const [chartName, chart] = await saved("Save Traffic of lab/web as CSV");
    same(chartName, "Traffic-of-lab-web.csv", "the name");
    check(/^time,packets carried\r\n\d{4}-\d\d-\d\dT/.test(chart), chart.slice(0, 80));
    check(Array.isArray(JSON.parse((await saved("Save Traffic of lab/web as JSON"))[1])), "the same as JSON");
    await page.goto(`${base}/cluster`);
    check((await saved("Save Decisions as CSV"))[1].startsWith("time,packets without flow,flows installed\r\n"), "the decisions");
    await page.context().close();
  },
};

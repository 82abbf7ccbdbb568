// Agents that fall silent: told last, as one of them is killed.
import { check, fabric, given, open } from "../browser.mjs";

export default {
  async "an agent that is killed is an alarm soon after its time"() {
    const page = await open("/alarms");
    process.kill(given.victim, "SIGKILL");
    let since = 0;
    while (since === 0) {
      const status = JSON.parse(fabric("status", "-o", "json"));
      if (status.members.some((member) => member.name === "h3" && member.state === "unreachable")) since = Date.now();
    }
    await page.getByRole("heading", { name: "the agent of host h3 does not answer" }).waitFor();
    console.log(`# seen ${Date.now() - since} ms after its time`);
    await page.getByText("Next:").first().waitFor();
    await page.getByText("raised").first().waitFor();
    await page.getByRole("button", { name: "Acknowledge: the agent of host h3 does not answer" }).click();
    await page.getByText("acknowledged by").waitFor();
    check(fabric("alarms", "--columns", "key,acknowledged").includes("member/h3  by "), "the command line tells who has taken note");
    check(fabric("alarms", "--history").includes("raised"), "and what began");
    await page.getByRole("link", { name: "Cluster" }).first().click();
    await page.getByRole("row", { name: /h3.*unreachable/ }).waitFor();
    await page.getByText(/host h3 has no agent that can be reached; what is shown of it is \d+ s old/).first().waitFor();
    await page.context().close();
  },

  async "a pulse that waited on its way is as old as it is"() {
    const page = await open("/cluster");
    await page.addInitScript(() => {
      const real = globalThis.fetch;
      globalThis.delay = 0;
      globalThis.fetch = async (path, options) => {
        const answer = await real(path, options);
        if (path !== "/v1/watch") return answer;
        const slow = new TransformStream({ transform: (part, out) => void setTimeout(() => out.enqueue(part), globalThis.delay) });
        return new Response(answer.body.pipeThrough(slow), answer);
      };
    });
    await page.reload();
    await page.getByText("live", { exact: true }).waitFor();
    await page.evaluate(() => (globalThis.delay = 8000));
    // Pulses come again, one a second, and each is eight seconds old.
    await page.getByRole("alert").getByText("what it tells comes late").waitFor();
    await page.locator(".shell.stale").waitFor();
    await page.evaluate(() => (globalThis.delay = 0));
    await page.getByText("live", { exact: true }).waitFor();
    await page.context().close();
  },

  async "an agent that falls silent leaves a picture that says how old it is"() {
    const page = await open("/cluster");
    process.kill(given.self, "SIGSTOP");
    await page.getByRole("alert").getByText("The agent has not answered for").waitFor();
    await page.locator(".shell.stale").waitFor();
    process.kill(given.self, "SIGCONT");
    await page.getByText("live", { exact: true }).waitFor();
    await page.context().close();
  },
};

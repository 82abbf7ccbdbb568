import { bytes, count, rate } from "../format";
import { useCarried } from "../rates";
import { Chart } from "./Chart";
import { Hosts, whose } from "./Hosts";
import { Panel } from "./Panel";

/** What a bridge or router has carried, or a chain's rules have matched, since its page was opened. */
export function DeviceTraffic({ kind, name, theme }: { kind: string; name: string; theme: string }) {
  const { times, packets, total, hosts } = useCarried(kind, name);
  if (!total) return null;
  const what = kind === "chain" ? "matched by its rules" : "carried";
  return (
    <Panel title="Traffic" note={`counted ${whose(hosts)}, since this page was opened`}>
      <Hosts hosts={hosts} />
      <Chart label={`Traffic of ${name}`} theme={theme} times={times} series={[{ name: `packets ${what}`, values: packets, colour: "accent" }]} format={rate} />
      <dl class="facts tight">
        <div><dt>{what}</dt><dd>{count(total.packets)} packets, {bytes(total.bytes)}</dd></div>
      </dl>
    </Panel>
  );
}

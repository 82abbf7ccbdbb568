import { useEffect, useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { bits, count } from "../format";
import { useLive } from "../live";
import { KEPT } from "../rates";
import { Chart } from "./Chart";
import { Hosts } from "./Hosts";
import { Panel } from "./Panel";

/** Counters of a port at a moment: packets and bytes received, packets and bytes sent, and those that nobody took. */
interface PortSample {
  time: number;
  values: number[];
}

/** What another host tells of its port, once a second while the page is seen. */
function useRemote(port: string, host: string | null): { samples: PortSample[]; hosts: Json[] } {
  const { data } = useData(host ? query("/v1/ports", { host }) : null, 1);
  const [samples, set] = useState<PortSample[]>([]);
  useEffect(() => {
    // What it told some time ago is no news.
    if (!data || data.hosts[0]?.state !== "answered") return;
    const item = data.items.find((one: Json) => one.port === port);
    if (!item) return;
    const values = [item.rx_packets, item.rx_bytes, item.tx_packets, item.tx_bytes, item.tx_dropped + item.rx_missed];
    set((old) => [...old.slice(1 - KEPT), { time: Date.now() / 1000, values }]);
  }, [data]);
  return { samples, hosts: host && data ? data.hosts : [] };
}

/** What a port has received and sent since its page was opened. */
export function PortTraffic({ port, host, theme }: { port: string; host: string | null; theme: string }) {
  const { samples, pulse } = useLive();
  const isHere = host === pulse?.status.host;
  const remote = useRemote(port, isHere ? null : host);
  const own: PortSample[] = isHere ? samples.filter((sample) => sample.ports[port]).map((sample) => ({ time: sample.time, values: sample.ports[port]! })) : remote.samples;
  const now = own[own.length - 1]?.values;
  if (!now)
    return (
      <Panel title="Traffic">
        <Hosts hosts={remote.hosts} />
        <p class="empty">{host ? `No interface is attached at host ${host}, as far as is known.` : "It is bound to no host, so nothing of it is counted."}</p>
      </Panel>
    );
  const per = (index: number) => own.map((sample, place) => (place === 0 ? null : Math.max(0, sample.values[index]! - own[place - 1]!.values[index]!) / Math.max(0.2, sample.time - own[place - 1]!.time)));
  const [received, sent] = [per(1), per(3)];
  return (
    <Panel title="Traffic" note={isHere ? "since this page was opened" : `at host ${host}, since this page was opened`}>
      <Hosts hosts={remote.hosts} />
      <Chart
        label={`Traffic of ${port}`}
        theme={theme}
        times={own.map((sample) => sample.time)}
        series={[
          { name: "received", values: received, colour: "accent" },
          { name: "sent", values: sent, colour: "good" },
        ]}
        format={bits}
      />
      <dl class="facts tight">
        <div><dt>received</dt><dd>{count(now[0])} packets</dd></div>
        <div><dt>sent</dt><dd>{count(now[2])} packets</dd></div>
        <div><dt>not taken by the interface</dt><dd>{count(now[4])}</dd></div>
      </dl>
    </Panel>
  );
}

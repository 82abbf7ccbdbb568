import { useEffect, useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { ago, bits, clock, count } from "../format";
import { useLive } from "../live";
import { Ask } from "../parts/Ask";
import { Chart } from "../parts/Chart";
import { Command } from "../parts/Command";
import { Drops } from "../parts/Drops";
import { Hosts, whose } from "../parts/Hosts";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Past } from "../parts/Past";
import { Pill, toneOf } from "../parts/Pill";
import { Table } from "../parts/Table";
import { eventOf, go, pageOf, useRoute } from "../route";

/** Chains, sets and groups are neither up nor down. */
const hasState = new Set(["port", "bridge", "router", "host"]);

/** The page of a port, bridge, router, chain, set, group or host. */
export function DevicePage({ kind, name, theme }: { kind: string; name: string; theme: string }) {
  const { query: q } = useRoute();
  const { data, error } = useData(query("/v1/device", { kind, name, at: q.at, host: "all" }), q.at ? 0 : 5);
  if (error) return <Trouble error={error} />;
  if (!data) return <p class="empty">Reading…</p>;
  const isTraffic = kind === "port" || kind === "bridge" || kind === "router" || kind === "chain";
  return (
    <div class="page">
      <header class="title">
        <div>
          <p class="note">{kind}</p>
          <h1>{name}</h1>
        </div>
        {hasState.has(kind) && <Pill tone={toneOf(data.state)}>{data.state}</Pill>}
        {data.why && <span class="why">{data.why}</span>}
        <span class="spring" />
        {data.changed && (
          <span class="note">
            changed by {data.changed.author} <time title={clock(data.changed.time)}>{ago(data.changed.time)}</time> (
            <Link to={eventOf(data.changed.position, q.at)}>journal {data.changed.position}</Link>)
          </span>
        )}
        {kind !== "chain" && kind !== "set" && kind !== "group" && <Link to={query("/", { sel: `${kind}/${name}`, at: q.at })} class="button">On the map</Link>}
        {kind === "chain" && !q.at && <Link to={query("/change", { chain: name })} class="button">Change it</Link>}
      </header>
      <div class="columns">
        <div>
          <Panel title="Facts">
            <dl class="facts">
              {data.facts.map((fact: Json) => (
                <div key={fact.label}>
                  <dt>{fact.label}</dt>
                  <dd>{fact.to ? <Link to={pageOf(fact.to, q.at)}>{fact.value}</Link> : fact.value}</dd>
                </div>
              ))}
            </dl>
          </Panel>
          {data.tables.map((table: Json) => (
            <Panel key={table.title} title={table.title} note={data.counted_at.length > 0 && table.listing.kind === "rule" ? `counted ${whose(data.counted_at)}` : undefined}>
              {table.listing.kind === "rule" && <Hosts hosts={data.counted_at} />}
              <Table label={table.title} kind={table.listing.kind} columns={table.columns} items={table.listing.items} empty={table.empty} at={q.at} />
            </Panel>
          ))}
          <Command text={data.command} />
        </div>
        <aside>
          {kind === "port" && !q.at && <Traffic port={name} host={data.facts.find((fact: Json) => fact.label === "host")?.value ?? null} theme={theme} />}
          {kind === "port" && (
            <Panel title="What becomes of a packet from here?">
              <Ask label="Ask what becomes of a packet from this port" from={name} onAsk={(packet) => go("/trace", { p: packet, at: q.at })} />
            </Panel>
          )}
          {isTraffic && !q.at && (
            <Panel title="Dropped last" note="that has to do with it">
              <Drops kind={kind} name={name} limit={20} />
            </Panel>
          )}
          {q.at && (
            <Panel title="What is not known of the past">
              <Past at={q.at} then={`. What is described is shown as it was at position ${q.at}.`} />
            </Panel>
          )}
        </aside>
      </div>
    </div>
  );
}

/** Counters of a port at a moment: packets and bytes received, packets and bytes sent, and those that nobody took. */
interface PortSample {
  time: number;
  values: number[];
}

/** Samples that are kept: fifteen minutes of seconds. */
const KEPT = 900;

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

function Traffic({ port, host, theme }: { port: string; host: string | null; theme: string }) {
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

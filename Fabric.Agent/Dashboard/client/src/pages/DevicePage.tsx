import { query, type Json } from "../api";
import { useData } from "../data";
import { ago, clock } from "../format";
import { Ask } from "../parts/Ask";
import { Command } from "../parts/Command";
import { DeviceTraffic } from "../parts/DeviceTraffic";
import { Drops } from "../parts/Drops";
import { Hosts, whose } from "../parts/Hosts";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Past } from "../parts/Past";
import { Pill, toneOf } from "../parts/Pill";
import { PortTraffic } from "../parts/PortTraffic";
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
          {kind === "port" && !q.at && <PortTraffic port={name} host={data.facts.find((fact: Json) => fact.label === "host")?.value ?? null} theme={theme} />}
          {isTraffic && kind !== "port" && !q.at && <DeviceTraffic kind={kind} name={name} theme={theme} />}
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

import type { Json } from "../api";
import { useData } from "../data";
import { count, rate, span } from "../format";
import { type Sample, useLive } from "../live";
import { Chart } from "../parts/Chart";
import { Hosts, whose } from "../parts/Hosts";
import { Panel, Trouble } from "../parts/Panel";
import { Pill, toneOf } from "../parts/Pill";
import { Table } from "../parts/Table";

const per = (samples: Sample[], of: (status: Json) => number) =>
  samples.map((sample, place) => (place === 0 ? null : Math.max(0, of(sample.status) - of(samples[place - 1]!.status)) / (sample.time - samples[place - 1]!.time)));

const drops = (status: Json) => Object.values(status.drops as Record<string, number>).reduce((sum, value) => sum + value, 0);

/** Where the actors of devices live; those of the nodes in sum, each alone if wanted. */
function Actors() {
  const { data, error } = useData("/v1/actors", 5);
  if (error) return <Trouble error={error} />;
  if (!data) return <p class="empty">Reading…</p>;
  const nodes = Map.groupBy(data.items as Json[], (actor) => actor.node as string);
  const sums = [...nodes].map(([host, own]) => ({ host, actors: own.length, waiting: own.reduce((sum, actor) => sum + actor.waiting, 0) }));
  return (
    <>
      <Table label="Device actors by node" kind="node" columns={["host", "actors", "waiting"]} items={sums} empty="None is awake: one wakes with the first command for its device." />
      {data.items.length > 0 && (
        <details>
          <summary>each of them</summary>
          <Table label="Device actors" kind="actor" columns={["kind", "device", "node", "waiting"]} items={data.items} empty="" />
        </details>
      )}
    </>
  );
}

/** What each node runs and does, and how fast it decides. */
function Nodes() {
  const { data, error } = useData("/v1/nodes?host=all", 5);
  if (error) return <Trouble error={error} />;
  if (!data) return <p class="empty">Reading…</p>;
  const nodes = data.items.map((node: Json) => ({ ...node, version: node.version?.split("+")[0] }));
  return (
    <>
      <Hosts hosts={data.hosts} />
      <Table
        label="Nodes"
        kind="node"
        columns={["host", "version", "datapath", "duties", "attached_ports", "flows", "upcalls", "setup_p50_ms", "setup_p99_ms", "problems"]}
        items={nodes}
        empty="There is no host."
      />
      <SetupTimes setups={data.items.map((node: Json) => node.flow_setup).filter(Boolean)} />
    </>
  );
}

/** How long decisions took at all hosts together, a bar for each range. */
function SetupTimes({ setups }: { setups: Json[] }) {
  const all = setups.reduce((sum, setup) => sum + setup.count, 0);
  if (all === 0) return <p class="empty">No packet has needed a decision yet.</p>;
  // A key such as "1" stands before all others, whatever the order of the text.
  const ends = Object.keys(setups[0]!.at_most_s).sort((left, right) => Number(left) - Number(right));
  const upTo = (end: string) => setups.reduce((sum, setup) => sum + (setup.at_most_s[end] ?? 0), 0);
  const ranges = ends.map((end, place) => ({ label: `≤ ${Number(end) * 1000} ms`, number: upTo(end) - (place === 0 ? 0 : upTo(ends[place - 1]!)) }));
  ranges.push({ label: `> ${Number(ends[ends.length - 1]) * 1000} ms`, number: all - upTo(ends[ends.length - 1]!) });
  const used = ranges.map((range) => range.number > 0);
  const shown = ranges.slice(used.indexOf(true), used.lastIndexOf(true) + 1);
  return (
    <>
      <h3>How long a packet without flow waits for its decision</h3>
      <ol class="ranges" aria-label="Decisions by how long they took">
        {shown.map((range) => (
          <li key={range.label}>
            <span>{range.label}</span>
            <meter aria-label={range.label} min={0} max={all} value={range.number} />
            <span class="number">{count(range.number)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** What all hosts have dropped, by reason. */
function DropReasons() {
  const { data, error } = useData("/v1/traffic?host=all", 5);
  return (
    <Panel title="Drops by reason" note={data ? `${whose(data.hosts)}, since their agents started` : undefined}>
      {error && <Trouble error={error} />}
      {data && <Hosts hosts={data.hosts} />}
      {data && (
        <Table
          label="Drops by reason"
          kind="drop"
          columns={["reason", "count"]}
          items={Object.entries(data.drops as Record<string, number>)
            .sort((left, right) => right[1] - left[1])
            .map(([reason, number]) => ({ reason, count: number }))}
          empty="Nothing was dropped."
        />
      )}
    </Panel>
  );
}

/** Who takes part, how far each is, and how the ways between them are. */
export function ClusterPage({ theme }: { theme: string }) {
  const { pulse, samples } = useLive();
  const status = pulse?.status;
  if (!status) return <p class="empty">Reading…</p>;
  const members = status.members.map((member: Json) => ({
    ...member,
    heard_s: member.name === status.host ? "answers here" : member.heard_s === null ? "never" : `${span(member.heard_s)} ago`,
    lease_s: member.lease_s === null ? null : `${span(member.lease_s)} ago`,
  }));
  const tunnels = status.tunnels.map((tunnel: Json) => ({
    ...tunnel,
    for_s: tunnel.for_s === null ? null : span(tunnel.for_s),
    lost: tunnel.of ? `${tunnel.lost} of ${tunnel.of}` : null,
  }));
  const times = samples.map((sample) => sample.time);
  return (
    <div class="page">
      <header class="title">
        <h1>Cluster</h1>
        <Pill tone={toneOf(status.journal)}>{status.journal === "ok" ? "journal ok" : "journal away"}</Pill>
        <span class="note">
          as host {status.host} knows it, version {String(status.version).split("+")[0]}
        </span>
      </header>
      <Panel title="Members" note={`${members.filter((member: Json) => member.state === "live").length} of ${members.length} live; the journal is at ${count(status.position)}`}>
        <Table label="Members" kind="member" columns={["name", "state", "roles", "position", "in_force", "lag", "heard_s", "lease_s"]} items={members} empty="Nobody takes part." />
      </Panel>
      <Panel title="Nodes" note="what each runs and does for others, and how fast it decides">
        <Nodes />
      </Panel>
      <Panel title="Tunnels" note={`from host ${status.host}; each is asked all the time while it is in use`}>
        <Table label="Tunnels" kind="tunnel" columns={["host", "state", "for_s", "rtt_ms", "rtt_max_ms", "lost"]} items={tunnels} empty="There is no other host that this one has a way to." />
      </Panel>
      <div class="columns even">
        <Panel title="Decisions" note="a second, since this page was opened">
          <Chart
            label="Decisions"
            theme={theme}
            times={times}
            series={[
              { name: "packets without flow", values: per(samples, (of) => of.upcalls), colour: "accent" },
              { name: "flows installed", values: per(samples, (of) => of.flows_installed), colour: "good" },
            ]}
            format={rate}
          />
        </Panel>
        <Panel title="Drops" note="decided a second">
          <Chart label="Drops" theme={theme} times={times} series={[{ name: "drops", values: per(samples, drops), colour: "bad" }]} format={rate} />
        </Panel>
      </div>
      <Panel title="Device actors" note="each has one device's commands to itself">
        <Actors />
      </Panel>
      <div class="columns even">
        <Panel title={`Agent of ${status.host}`}>
          <dl class="facts">
            {[
              ["datapath", status.datapath],
              ["upcall threads", status.upcall_threads],
              ["flows", `${count(status.flows)} of at most ${count(status.flow_limit)}`],
              ["in force", `position ${count(status.in_force)}`],
              ["follows", status.relay ? (status.relay.follows ?? "the journal") : "the journal"],
              ["journal", status.journal],
              ["own copy", status.copy],
              ["tunnel MTU", status.tunnel_mtu ?? "no tunnel"],
              ["surprises", `${status.revalidation_surprise} (must stay 0)`],
            ].map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{typeof value === "number" ? count(value) : value}</dd>
              </div>
            ))}
          </dl>
        </Panel>
        <DropReasons />
      </div>
    </div>
  );
}

import { query } from "../api";
import { useData } from "../data";
import { count } from "../format";
import { Command } from "../parts/Command";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Table } from "../parts/Table";
import { useRoute } from "../route";

const kinds = ["ports", "bridges", "routers", "routes", "nat", "pools", "balancers", "chains", "rules", "sets", "groups", "hosts"];
const columns: Record<string, string[]> = {
  port: ["name", "admin", "device", "peer", "host", "interface", "mac", "addresses", "inbound", "outbound"],
  bridge: ["name", "admin", "ports", "inbound", "outbound"],
  router: ["name", "admin", "ports", "routes", "inbound", "outbound"],
  route: ["name", "to", "from", "kind", "via", "port", "metric", "weight"],
  nat: ["name", "kind", "rule"],
  pool: ["name", "method", "members", "check"],
  balancer: ["name", "address", "ports", "protocol", "pool"],
  chain: ["name", "rules", "used_by"],
  rule: ["name", "position", "conditions", "do", "meter"],
  set: ["name", "members"],
  group: ["name", "stateful", "ports"],
  host: ["name", "underlay", "ports"],
};

/** All devices of a kind: the same rows as `fabric show` has. */
export function DevicesPage() {
  const { query: q } = useRoute();
  const kind = q.kind ?? "ports";
  const { data, error } = useData(query("/v1/list", { kind, at: q.at }));
  return (
    <div class="page">
      <header class="title">
        <h1>Devices</h1>
        <nav class="segments" aria-label="Kind of device">
          {kinds.map((known) => (
            <Link key={known} to={query("/devices", { kind: known, at: q.at })} current={known === kind}>
              {known}
            </Link>
          ))}
        </nav>
      </header>
      {error && <Trouble error={error} />}
      {data && (
        <Panel title={kind} note={count(data.items.length)}>
          <Table label={kind} kind={data.kind} columns={columns[data.kind] ?? ["name"]} items={data.items} empty={`There are no ${kind}.`} at={q.at} />
        </Panel>
      )}
      <Command text={`fabric show ${kind}`} />
    </div>
  );
}

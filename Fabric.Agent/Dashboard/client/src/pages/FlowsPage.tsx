import { useState } from "preact/hooks";
import { get, query, type Json } from "../api";
import { useData } from "../data";
import { bytes, count } from "../format";
import { useLive } from "../live";
import { Command } from "../parts/Command";
import { Hosts } from "../parts/Hosts";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Pill, toneOf } from "../parts/Pill";
import { change, useRoute } from "../route";
import { csvOf, saveText } from "../save";

const ROWS = 50;
/** Rows of a file at most: the busiest. */
const FILE_ROWS = 10_000;
/** The columns of a file, as `fabric flows -o csv` has them and more. */
const columns = ["host", "port", "what", "verdict", "packets", "bytes", "used", "age", "flow", "actions", "rules"];
const chips = ["drop", "forward", "tcp(", "udp(", "eth_type(0x86dd)"];
const names: Record<string, string> = { drop: "dropped", forward: "forwarded", "tcp(": "TCP", "udp(": "UDP", "eth_type(0x86dd)": "IPv6" };

/** What the datapaths of hosts hold. */
export function FlowsPage() {
  const { query: q } = useRoute();
  const status = useLive().pulse?.status;
  const { data, error } = useData(query("/v1/flows", { q: q.q, limit: ROWS, host: q.host, words: "true" }), 3);
  const [text, setText] = useState(q.q ?? "");
  const words = (q.q ?? "").split(" ").filter(Boolean);
  const set = (next: string) => {
    setText(next);
    change({ q: next || null });
  };
  return (
    <div class="page">
      <header class="title">
        <h1>Flows</h1>
        <span class="note">what the datapath of {q.host === "all" ? "every host" : `host ${q.host ?? status?.host}`} holds: one decision each, for all packets like it</span>
        <span class="spring" />
        <label>
          Host{" "}
          <select value={q.host ?? status?.host} onChange={(event) => change({ host: event.currentTarget.value === status?.host ? null : event.currentTarget.value })}>
            {[...(status?.members ?? []).map((member: Json) => member.name), "all"].map((name: string) => <option key={name}>{name}</option>)}
          </select>
        </label>
      </header>
      <Legend />
      <form class="line" role="search" aria-label="Filter flows" onSubmit={(event) => { event.preventDefault(); set(text); }}>
        <input class="grow code" aria-label="Filter: words that a flow must hold" placeholder="words that a flow must hold: web1 10.2.0.11 drop" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit">Filter</button>
        {chips.map((chip) => (
          <button type="button" key={chip} class="chip" aria-pressed={words.includes(chip)} onClick={() => set(words.includes(chip) ? words.filter((word) => word !== chip).join(" ") : [...words, chip].join(" "))}>
            {names[chip]}
          </button>
        ))}
      </form>
      {error && <Trouble error={error} />}
      {data && (
        <Panel title="Flows" note={`${count(data.matched)} of ${count(data.total)}${data.matched > ROWS ? `, the ${ROWS} busiest` : ""}`}>
          <Hosts hosts={data.hosts} />
          {data.items.length === 0 && <p class="empty">{data.total === 0 ? "No packet has needed one yet." : "No flow holds these words."}</p>}
          {data.items.length > 0 && <Rows flows={data.items} isOfAll={q.host === "all"} />}
          <SaveFlows filter={q.q} host={q.host} />
        </Panel>
      )}
      <Command text={`fabric flows${q.host ? ` --host ${q.host}` : ""}`} label="All of them in the datapath's notation, by the command line" />
    </div>
  );
}

/** What a flow is, for who has never read one. */
function Legend() {
  return (
    <details class="panel legend">
      <summary>What is this?</summary>
      <p>
        The first packet of its kind is decided by the agent, through all bridges, routers and chains on its way. The decision is kept in the host's datapath as a <b>flow</b>, and packets like the first are then
        forwarded without asking. A flow goes when no packet has used it for a while, and is looked at again when something that it rests on changes.
      </p>
      <dl class="facts wide">
        <div><dt>only if</dt><dd>What a packet must be to be of this flow. An address with a slash, such as 10.2.0.0/24, stands for all that begin so.</dd></div>
        <div><dt>whatever</dt><dd>What was not looked at: packets that differ in this are of the same flow. The fewer things a decision rests on, the more packets one flow stands for.</dd></div>
        <div><dt>then</dt><dd>What is done with such a packet, in this order.</dd></div>
        <div><dt>from a tunnel</dt><dd>What comes out of a tunnel was decided at the host where it came in; here it is only handed to its port.</dd></div>
      </dl>
      <p class="note">More of it: docs/packet-path.md tells how a packet is decided, docs/glossary.md what each word means, docs/dashboard.md#flows what this page shows.</p>
    </details>
  );
}

function Rows({ flows, isOfAll }: { flows: Json[]; isOfAll: boolean }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Flows, table">
      <table>
        <thead>
          <tr>
            {isOfAll && <th scope="col">at host</th>}
            <th scope="col">comes in by port</th>
            <th scope="col">the first was</th>
            <th scope="col">what becomes of it</th>
            <th scope="col" class="number">packets</th>
            <th scope="col" class="number">bytes</th>
            <th scope="col">only if</th>
            <th scope="col">whatever</th>
            <th scope="col">then</th>
            <th scope="col"><span class="hidden">more</span></th>
          </tr>
        </thead>
        <tbody>
          {flows.map((flow, row) => (
            <tr key={row}>
              {isOfAll && <td><Link to={`/host/${flow.host}`}>{flow.host}</Link></td>}
              <td>{flow.port ? <Link to={`/port/${flow.port}`}>{flow.port}</Link> : <span class="none">a tunnel</span>}</td>
              <td>{flow.port ? flow.what : <span class="none">decided where it came in</span>}</td>
              <td><Pill tone={toneOf(flow.verdict.split(" ")[0])}>{flow.verdict}</Pill></td>
              <td class="number">{count(flow.packets)}</td>
              <td class="number">{bytes(flow.bytes)}</td>
              <td class="flow"><Reads flow={flow} /></td>
              <td class="flow note">{flow.any?.length > 0 ? flow.any.join(", ") : "–"}</td>
              <td class="flow">{flow.does ? flow.does.join(", then ") : <code>{flow.actions || "drop"}</code>}</td>
              <td class="actions">
                {flow.packet && <Link to={query("/trace", { p: flow.packet })}>Trace</Link>}
                {flow.rules.slice(-1).map((rule: string) => (
                  <Link key={rule} to={`/chain/${rule.split("/").slice(0, 2).join("/")}`}>Rule</Link>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a packet must be, in words, and the same in the datapath's notation. */
function Reads({ flow }: { flow: Json }) {
  if (!flow.reads) return <code>{flow.flow}</code>;
  return (
    <>
      {flow.reads.map((one: Json, place: number) => (
        <span key={one.what}>
          {place > 0 && ", "}
          <span class="note">{one.what}</span> {one.value}
        </span>
      ))}
      <details>
        <summary class="note">in the datapath's notation</summary>
        <code>{flow.flow}</code> <code>{flow.actions || "drop"}</code>
      </details>
    </>
  );
}

/** Saves all flows that the filter leaves, not only those that are shown. */
function SaveFlows({ filter, host }: { filter?: string; host?: string }) {
  const [note, setNote] = useState("");
  const run = async (write: (flows: Json[]) => void) => {
    try {
      const data = await get(query("/v1/flows", { q: filter, limit: FILE_ROWS, host }));
      write(data.items);
      setNote(data.matched > data.items.length ? `${count(data.matched - data.items.length)} flows with the fewest packets are not in the file` : "");
    } catch (failure) {
      setNote((failure as Error).message);
    }
  };
  return (
    <p class="files">
      {note && <span class="note" role="status">{note}</span>}
      <button class="quiet" aria-label="Save Flows as CSV" onClick={() => run((flows) => saveText("flows.csv", csvOf(columns, flows), "text/csv"))}>CSV</button>
      <button class="quiet" aria-label="Save Flows as JSON" onClick={() => run((flows) => saveText("flows.json", JSON.stringify(flows, null, 2), "application/json"))}>JSON</button>
    </p>
  );
}

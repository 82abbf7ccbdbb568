import { useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { bytes, count } from "../format";
import { useLive } from "../live";
import { Hosts } from "../parts/Hosts";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Pill } from "../parts/Pill";
import { change, useRoute } from "../route";

const ROWS = 50;
const chips = ["drop", "forward", "tcp(", "udp(", "eth_type(0x86dd)"];
const names: Record<string, string> = { drop: "dropped", forward: "forwarded", "tcp(": "TCP", "udp(": "UDP", "eth_type(0x86dd)": "IPv6" };

/** What the datapaths of hosts hold. */
export function FlowsPage() {
  const { query: q } = useRoute();
  const status = useLive().pulse?.status;
  const { data, error } = useData(query("/v1/flows", { q: q.q, limit: ROWS, host: q.host }), 3);
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
          {data.items.length > 0 && (
            <div class="scroll" tabIndex={0} role="region" aria-label="Flows, table">
              <table>
                <thead>
                  <tr>
                    {q.host === "all" && <th scope="col">host</th>}
                    <th scope="col">from port</th>
                    <th scope="col">what</th>
                    <th scope="col">verdict</th>
                    <th scope="col" class="number">packets</th>
                    <th scope="col" class="number">bytes</th>
                    <th scope="col">matches</th>
                    <th scope="col">actions</th>
                    <th scope="col"><span class="hidden">more</span></th>
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((flow: Json, row: number) => (
                    <tr key={row}>
                      {q.host === "all" && <td><Link to={`/host/${flow.host}`}>{flow.host}</Link></td>}
                      <td>{flow.port ? <Link to={`/port/${flow.port}`}>{flow.port}</Link> : <span class="none">a tunnel</span>}</td>
                      <td>{flow.port ? flow.what : <span class="none">decided where it came in</span>}</td>
                      <td><Pill tone={flow.verdict.startsWith("drop") ? "bad" : flow.verdict === "forward" ? "good" : "warn"}>{flow.verdict}</Pill></td>
                      <td class="number">{count(flow.packets)}</td>
                      <td class="number">{bytes(flow.bytes)}</td>
                      <td class="flow"><code>{flow.flow}</code></td>
                      <td class="flow"><code>{flow.actions || "drop"}</code></td>
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
          )}
        </Panel>
      )}
    </div>
  );
}

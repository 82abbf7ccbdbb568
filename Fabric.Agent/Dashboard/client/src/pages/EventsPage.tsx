import { useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { ago, clock, count, quoted } from "../format";
import { Command } from "../parts/Command";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { change, pageOf, useRoute } from "../route";

const ROWS = 50;
const signs: Record<string, string> = { create: "+", update: "~", delete: "−" };

/** Who changed what, when and why. */
export function EventsPage() {
  const { query: q } = useRoute();
  const { data, error } = useData(query("/v1/events", { before: q.before, q: q.q, limit: ROWS }));
  const [text, setText] = useState(q.q ?? "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change({ q: text || null, before: null, open: null }, true);
  };
  return (
    <div class="page">
      <header class="title">
        <h1>Events</h1>
        <span class="note">everything that changed the network, from the journal</span>
        <span class="spring" />
        <form class="line" onSubmit={submit} role="search" aria-label="Filter events">
          <input aria-label="Filter: who, why, or a device" placeholder="who, why, or a device" value={text} onInput={(event) => setText(event.currentTarget.value)} />
          <button type="submit">Filter</button>
        </form>
      </header>
      {error && <Trouble error={error} />}
      {data && (
        <Panel title={q.q ? `Events with “${q.q}”` : "Events"} note={`the journal is at position ${count(data.head)}`}>
          {data.items.length === 0 && <p class="empty">{q.q ? "No event holds this text." : "Nothing has happened yet."}</p>}
          <ol class="events">
            {data.items.map((entry: Json) => (
              <li key={entry.position}>
                <details open={q.open === String(entry.position)}>
                  <summary>
                    <span class="position">{count(entry.position)}</span>
                    <time dateTime={entry.time} title={clock(entry.time)}>{ago(entry.time)}</time>
                    <b>{entry.author}</b>
                    <span class="summary">{entry.summary}</span>
                    {entry.reason && <span class="note">“{entry.reason}”</span>}
                  </summary>
                  <ul class="changes">
                    {entry.changes.map((one: Json) => (
                      <li key={one.kind + one.name}>
                        <span class={`sign ${one.action}`} aria-label={one.action}>{signs[one.action]}</span> {one.kind}{" "}
                        {one.action === "delete" ? one.name : <Link to={pageOf(`${one.kind}/${one.name}`, q.at)}>{one.name}</Link>}
                        {one.fields.length > 0 && <span class="note"> {one.fields.join(", ")}</span>}
                      </li>
                    ))}
                    {entry.devices > entry.changes.length && <li class="note">and {count(entry.devices - entry.changes.length)} more</li>}
                  </ul>
                  <p class="what">
                    <Link to={query("/", { at: entry.position - 1 })}>The network before</Link>
                    <Link to={query("/", { at: entry.position })}>and after</Link>
                  </p>
                  <Command label="Shows what would undo it" text={`fabric undo ${entry.position}`} />
                </details>
              </li>
            ))}
          </ol>
          {data.next && (
            <button class="quiet" onClick={() => change({ before: data.next }, true)}>
              Older
            </button>
          )}
          {!q.before && <Command text={`fabric events -n ${ROWS}${q.q ? ` --filter ${quoted(q.q)}` : ""}`} />}
        </Panel>
      )}
    </div>
  );
}

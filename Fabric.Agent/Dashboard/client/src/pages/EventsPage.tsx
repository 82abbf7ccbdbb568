import { useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { ago, clock, count, quoted } from "../format";
import { Changes } from "../parts/Changes";
import { Command } from "../parts/Command";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { change, useRoute } from "../route";

const ROWS = 50;

/** Who changed what, when and why. */
export function EventsPage() {
  const { query: q } = useRoute();
  const { data, error } = useData(query("/v1/events", { before: q.before, q: q.q, limit: ROWS }));
  const [text, setText] = useState(q.q ?? "");
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const isOpen = (entry: Json) => opened.has(entry.position) || q.open === String(entry.position);
  const toggle = (entry: Json, isNow: boolean) => isNow && setOpened((old) => new Set(old).add(entry.position));
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
                <details open={q.open === String(entry.position)} onToggle={(event) => toggle(entry, event.currentTarget.open)}>
                  <summary>
                    <span class="position">{count(entry.position)}</span>
                    <time dateTime={entry.time} title={clock(entry.time)}>{ago(entry.time)}</time>
                    <b>{entry.author}</b>
                    <span class="summary">{entry.summary}</span>
                    {entry.reason && <span class="note">“{entry.reason}”</span>}
                  </summary>
                  <Changes entry={entry} isOpen={isOpen(entry)} at={q.at} />
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
          {!q.before && <Command text={`fabric events --changes -n ${ROWS}${q.q ? ` --filter ${quoted(q.q)}` : ""}`} />}
        </Panel>
      )}
    </div>
  );
}

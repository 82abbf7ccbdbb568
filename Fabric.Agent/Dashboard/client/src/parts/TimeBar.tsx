import { useEffect, useState } from "preact/hooks";
import { query, type Json } from "../api";
import { useData } from "../data";
import { clock, count } from "../format";
import { useLive } from "../live";
import { change, eventOf, useRoute } from "../route";
import { Link } from "./Link";

const SETTLE_MS = 120;

/** The slider over the journal: the pages show the network as it was at that position. */
export function TimeBar() {
  const { query: q } = useRoute();
  const head: number = useLive().pulse?.status.position ?? 0;
  const at = q.at ? Number(q.at) : null;
  const [shown, show] = useState<number | null>(null);
  const value = shown ?? at ?? head;
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => {
      change({ at: shown >= head ? null : shown });
      show(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [shown, head]);
  const { data } = useData(at !== null ? query("/v1/events", { before: at + 1, limit: 1 }) : null);
  const entry: Json | undefined = data?.items[0];
  const step = (by: number) => show(Math.min(head, Math.max(0, value + by)));
  return (
    <footer class={`time ${at !== null ? "past" : ""}`} aria-label="Time">
      <span class="label">{at === null ? "Now" : "Past"}</span>
      <button class="icon" aria-label="One change back" disabled={value <= 0} onClick={() => step(-1)}>‹</button>
      <input
        type="range"
        min={0}
        max={Math.max(1, head)}
        value={value}
        aria-label="Position of the journal"
        aria-valuetext={value >= head ? `now, position ${head}` : `position ${value}`}
        onInput={(event) => show(Number(event.currentTarget.value))}
      />
      <button class="icon" aria-label="One change forward" disabled={value >= head} onClick={() => step(1)}>›</button>
      <span class="position">{count(value)} of {count(head)}</span>
      {at !== null && (
        <>
          <span class="entry">
            {entry && entry.position === at ? (
              <>
                {clock(entry.time)}, <b>{entry.author}</b>: {entry.summary}
              </>
            ) : (
              "before the first change"
            )}
          </span>
          <Link to={eventOf(at, q.at)}>Event</Link>
          <button class="button" onClick={() => change({ at: null })}>Back to now</button>
        </>
      )}
      {at === null && <span class="entry note">drag to see the network as it was</span>}
    </footer>
  );
}

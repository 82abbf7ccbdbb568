import { useState } from "preact/hooks";
import { post, query, type Json } from "../api";
import { useData } from "../data";
import { ago, clock, span } from "../format";
import { useLive } from "../live";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Pill } from "../parts/Pill";
import { Sentence } from "../parts/Sentence";

/** What is wrong now, each with its cause and the next step, and what was. */
export function AlarmsPage({ allowsChanges }: { allowsChanges: boolean }) {
  const { pulse } = useLive();
  const { data } = useData("/v1/alarms", 5);
  const [error, setError] = useState<string | null>(null);
  if (!pulse) return <p class="empty">Reading…</p>;
  const acknowledge = (key: string) =>
    post(query("/v1/alarms/acknowledge", { key }), "")
      .then(() => setError(null))
      .catch((failure: Error) => setError(failure.message));
  return (
    <div class="page">
      <header class="title">
        <h1>Alarms</h1>
        <span class="note">as host {pulse.status.host} knows it</span>
      </header>
      {error && <Trouble error={error} />}
      {pulse.alarms.length === 0 && <p class="empty good">Nothing is wrong: every member answers, every tunnel in use is up, every bound port has its interface.</p>}
      <ol class="alarms">
        {pulse.alarms.map((alarm: Json) => (
          <li key={alarm.key} class={`panel ${alarm.severity}`}>
            <header>
              <Pill tone={alarm.severity === "critical" ? "bad" : "warn"}>{alarm.severity}</Pill>
              <h2>{alarm.what}</h2>
              {alarm.since_s !== null && <span class="note">for {span(alarm.since_s)}</span>}
            </header>
            <p><Sentence text={alarm.why} /></p>
            <p class="remedy"><b>Next:</b> <Sentence text={alarm.next} /></p>
            <p class="what">
              <Link to={`/${alarm.to}`}>{alarm.to === "cluster" ? "Cluster" : "Show it"}</Link>
              {alarm.acknowledged && <span class="note">acknowledged by {alarm.acknowledged.author}, {ago(alarm.acknowledged.time)}</span>}
              {!alarm.acknowledged && allowsChanges && (
                <button class="quiet" aria-label={`Acknowledge: ${alarm.what}`} onClick={() => acknowledge(alarm.key)}>
                  Acknowledge
                </button>
              )}
            </p>
          </li>
        ))}
      </ol>
      <Panel title="Raised and cleared" note="as this agent saw it, the newest first">
        {data && data.history.length === 0 && <p class="empty">Nothing was wrong.</p>}
        {data && (
          <ol class="events">
            {data.history.map((change: Json) => (
              <li key={change.time + change.event + change.key}>
                <time dateTime={change.time} title={clock(change.time)}>{ago(change.time)}</time>{" "}
                <Pill tone={change.event === "cleared" ? "good" : "bad"}>{change.event}</Pill> {change.what}
              </li>
            ))}
          </ol>
        )}
      </Panel>
    </div>
  );
}

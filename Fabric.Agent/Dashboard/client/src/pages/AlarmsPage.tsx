import type { Json } from "../api";
import { span } from "../format";
import { useLive } from "../live";
import { Link } from "../parts/Link";
import { Pill } from "../parts/Pill";
import { Sentence } from "../parts/Sentence";

/** What is wrong now, each with its cause and the next step. */
export function AlarmsPage() {
  const { pulse } = useLive();
  if (!pulse) return <p class="empty">Reading…</p>;
  return (
    <div class="page">
      <header class="title">
        <h1>Alarms</h1>
        <span class="note">as host {pulse.status.host} knows it; one that is mended is gone</span>
      </header>
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
            <p class="what"><Link to={`/${alarm.to}`}>{alarm.to === "cluster" ? "Cluster" : "Show it"}</Link></p>
          </li>
        ))}
      </ol>
    </div>
  );
}

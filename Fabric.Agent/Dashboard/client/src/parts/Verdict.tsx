import { query, type Json } from "../api";
import { ago } from "../format";
import { eventOf, pageOf } from "../route";
import { Link } from "./Link";
import { Sentence } from "./Sentence";

const words: Record<string, string> = { forward: "It gets there", drop: "It is dropped", consume: "A device answers it", incomplete: "It waits" };

/** The sentence without the word that stands above it. */
function plain(why: string): string {
  const rest = why.replace(/^dropped:? /, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** How a traced packet ends, in one sentence; and who is behind it. */
export function Verdict({ report, hasLink, at }: { report: Json; hasLink: boolean; at?: string }) {
  if (report.error)
    return (
      <p class="trouble" role="alert">
        {report.error.message}. {report.error.remedy}
      </p>
    );
  const tone = report.verdict === "forward" || report.verdict === "consume" ? "good" : report.verdict === "drop" ? "bad" : "warn";
  const changed = report.rule?.changed;
  return (
    <div class={`verdict ${tone}`} role="status">
      <strong>{words[report.verdict] ?? report.verdict}</strong>
      <p>
        <Sentence text={plain(report.why)} />
        {changed && (
          <>
            , added by {changed.author} {ago(changed.time)} (<Link to={eventOf(changed.position, at)}>journal {changed.position}</Link>)
          </>
        )}
        .
      </p>
      {report.remedy && <p class="remedy"><Sentence text={report.remedy} /></p>}
      <p class="what">
        {hasLink && <Link to={query("/trace", { p: report.packet, at })}>Hop by hop</Link>}
        {report.rule && <Link to={pageOf(`chain/${report.rule.chain}`, at)}>Chain {report.rule.chain}</Link>}
        {report.rule && !at && <Link to={query("/change", { chain: report.rule.chain })}>Change it</Link>}
      </p>
    </div>
  );
}

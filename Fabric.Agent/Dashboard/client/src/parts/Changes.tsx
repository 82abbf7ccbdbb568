import { query, type Json } from "../api";
import { useData } from "../data";
import { count } from "../format";
import { pageOf } from "../route";
import { Link } from "./Link";

const signs: Record<string, string> = { create: "+", update: "~", delete: "−" };

/** What an entry of the journal did to each device; once it is looked at, what the description said of it before, and says since. */
export function Changes({ entry, isOpen, at }: { entry: Json; isOpen: boolean; at?: string }) {
  const { data } = useData(isOpen ? query("/v1/events", { before: entry.position + 1, limit: 1, lines: "true" }) : null);
  const told: Json | undefined = data?.items[0];
  const changes: Json[] = told?.position === entry.position ? told!.changes : entry.changes;
  return (
    <ul class="changes">
      {changes.map((one) => (
        <li key={one.kind + one.name}>
          <span class={`sign ${one.action}`} aria-label={one.action}>{signs[one.action]}</span> {one.kind}{" "}
          {one.action === "delete" ? one.name : <Link to={pageOf(`${one.kind}/${one.name}`, at)}>{one.name}</Link>}
          {one.fields.length > 0 && <span class="note"> {one.fields.join(", ")}</span>}
          {one.lines?.length > 0 && (
            <pre class="diff" tabIndex={0} aria-label={`${one.kind} ${one.name}, before and since`}>
              {one.lines.map((line: string, place: number) => (
                <span key={place} class={line.startsWith("+") ? "plus" : "minus"}>{line}{"\n"}</span>
              ))}
              {one.more_lines > 0 && <span>and {count(one.more_lines)} more lines</span>}
            </pre>
          )}
        </li>
      ))}
      {entry.devices > entry.changes.length && <li class="note">and {count(entry.devices - entry.changes.length)} more</li>}
    </ul>
  );
}

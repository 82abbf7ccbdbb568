import { Link } from "../parts/Link";
import { Pill, toneOf } from "../parts/Pill";
import { pageOf } from "../route";
import type { MapNode } from "./model";

interface SelectedProps {
  id: string;
  /** What is selected; nothing for an interface or a tunnel, which are no devices. */
  node?: MapNode;
  state?: string;
  related: Set<string>;
  at?: string;
  onSelect: (id: string | null) => void;
}

/** Interfaces and tunnels that are named one by one at most. */
const MAX_NAMED = 4;

/** What an interface or a tunnel is called: eth7 of b, or tunnel a – b. */
export function wordsOf(id: string): string {
  const [kind, host, name] = id.split("/");
  return kind === "tunnel" ? `tunnel ${host} – ${name}` : `interface ${name} of ${host}`;
}

/** What is selected, with the way to its page and to what lights up with it. */
export function Selected({ id, node, state, related, at, onSelect }: SelectedProps) {
  const others = [...related].filter((other) => other !== id && /^(interface|tunnel)\//.test(other));
  const devices = node ? [node.host, node.owner].filter((other) => other !== undefined) : [...related].filter((other) => /^(host|port)\//.test(other)).slice(0, MAX_NAMED);
  const shown = state ?? "up";
  return (
    <div class="card" role="status" aria-label="Selected">
      <div>
        <strong>{node?.name ?? wordsOf(id)}</strong> {node && <span class="note">{node.tenant ? `${node.kind} of ${node.tenant}` : node.kind}</span>}
      </div>
      {node && <Pill tone={toneOf(shown)}>{shown}</Pill>}
      {devices.map((other) => <Link key={other} to={pageOf(other, at)}>{other.split("/")[0]} {other.split("/").pop()}</Link>)}
      {others.slice(0, MAX_NAMED).map((other) => <button key={other} class="quiet" onClick={() => onSelect(other)}>{wordsOf(other)}</button>)}
      {others.length > MAX_NAMED && <span class="note">and {others.length - MAX_NAMED} more</span>}
      {node && <Link to={pageOf(node.id, at)} class="button">Open</Link>}
      <button class="icon" aria-label="Select nothing" onClick={() => onSelect(null)}>×</button>
    </div>
  );
}

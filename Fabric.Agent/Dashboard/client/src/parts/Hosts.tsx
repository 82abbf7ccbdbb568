import type { Json } from "../api";
import { span } from "../format";

const whys: Record<string, string> = {
  silent: "does not answer",
  unreachable: "has no agent that can be reached",
  skipped: "was not asked: too many at once",
};

/** Names the hosts that did not answer, and how old is what is shown of them: never an old picture shown as new. */
export function Hosts({ hosts }: { hosts: Json[] }) {
  const others = hosts.filter((host) => host.state !== "answered");
  if (others.length === 0) return null;
  return (
    <ul class="missing" aria-label="Hosts that did not answer">
      {others.slice(0, 5).map((host) => (
        <li key={host.name}>
          host {host.name} {whys[host.state]}; {host.age_s === null ? "nothing of it is shown" : `what is shown of it is ${span(host.age_s)} old`}
        </li>
      ))}
      {others.length > 5 && <li>and {others.length - 5} hosts more</li>}
    </ul>
  );
}

/** Whose figures these are, in a few words. */
export function whose(hosts: Json[]): string {
  const counted = hosts.filter((host) => host.age_s !== null);
  if (hosts.length === 1) return `at host ${hosts[0]!.name}`;
  return counted.length === hosts.length ? `at all ${hosts.length} hosts` : `at ${counted.length} of ${hosts.length} hosts`;
}

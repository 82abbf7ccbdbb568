import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Json } from "../api";
import { ago, bytes, clock, count } from "../format";
import { eventOf, pageOf } from "../route";
import { csvOf, fileOf, saveText } from "../save";
import { Link } from "./Link";
import { Pill, toneOf } from "./Pill";

/** Rows that are shown at once; the rest is a button away, and counted. */
const PAGE = 50;

const headings: Record<string, string> = { do: "does", known_by: "known by", changed: "when", author: "added by", setup_p50_ms: "half decided in", setup_p99_ms: "99 % in", attached_ports: "ports", heard_s: "heard", lease_s: "lease", rtt_ms: "round trip", rtt_max_ms: "longest", for_s: "since", in_force: "in force" };
const numbers = new Set(["packets", "bytes", "position", "ports", "rules", "routes", "metric", "weight", "count", "lag", "in_force", "version", "journal", "rtt_ms", "rtt_max_ms", "lost", "of", "members", "actors", "waiting", "attached_ports", "flows", "upcalls", "setup_p50_ms", "setup_p99_ms", "problems"]);
const states = new Set(["state", "admin", "do"]);
const deviceColumns: Record<string, string> = { host: "host", inbound: "chain", outbound: "chain", port: "port", peer: "port" };

/** The page that a value leads to, as the columns of `fabric show` are named. */
function linkOf(kind: string, column: string, value: string, item: Json): string | null {
  const tenant = String(item.name ?? "").split("/")[0] ?? "";
  const whole = (name: string) => (name.includes("/") ? name : `${tenant}/${name}`);
  if (column === "name" && ["port", "bridge", "router", "chain", "set", "group", "host"].includes(kind)) return `${kind}/${value}`;
  if (column === "name" && kind === "device") return `${item.kind}/${value}`;
  if (column === "name" && kind === "member") return `host/${value}`;
  if (column === "name" && kind === "rule") return `chain/${value.split("/").slice(0, 2).join("/")}`;
  if (column === "name" && ["route", "nat", "pool", "balancer"].includes(kind)) return `router/${value.split("/").slice(0, 2).join("/")}`;
  if (column === "device" && kind !== "actor") {
    const [noun, name] = value.split(" ");
    return noun && name ? `${noun}/${whole(name)}` : null;
  }
  const device = deviceColumns[column];
  return device ? `${device}/${device === "host" ? value : whole(value)}` : null;
}

export function Cell({ kind, column, item, at }: { kind: string; column: string; item: Json; at?: string }): ComponentChildren {
  const value = item[column];
  if (value === null || value === undefined || value === "") return <span class="none">–</span>;
  if (Array.isArray(value)) return value.length === 0 ? <span class="none">–</span> : value.join(", ");
  if (column === "bytes") return bytes(value);
  if (column === "changed") return <time dateTime={value} title={clock(value)}>{ago(value)}</time>;
  if (column.startsWith("setup_")) return `≤ ${value} ms`;
  if (column === "rtt_ms" || column === "rtt_max_ms") return `${value.toFixed(2)} ms`;
  if (column === "journal") return <Link to={eventOf(value, at)}>{count(value)}</Link>;
  if (typeof value === "number") return count(value);
  if (kind === "rule" && column === "name") {
    const to = linkOf(kind, column, value, item);
    return to ? <Link to={pageOf(to, at)}>{String(value).split("/").pop()}</Link> : value;
  }
  if (kind === "rule" && column === "do") return <span class={`deed ${["drop", "reject"].includes(value) ? "bad" : ""}`}>{value}</span>;
  if (states.has(column)) return <Pill tone={toneOf(String(value))}>{value}</Pill>;
  const to = linkOf(kind, column, String(value), item);
  return to ? <Link to={pageOf(to, at)}>{String(value)}</Link> : String(value);
}

export interface TableProps {
  label: string;
  kind: string;
  columns: string[];
  items: Json[];
  empty: string;
  at?: string;
  more?: (item: Json) => ComponentChildren;
}

export function Table({ label, kind, columns, items, empty, at, more }: TableProps) {
  const [shown, show] = useState(PAGE);
  if (items.length === 0) return <p class="empty">{empty}</p>;
  // A column without any value says nothing.
  const used = columns.filter((column) => items.some((item) => item[column] !== null && item[column] !== undefined && item[column] !== "" && String(item[column]) !== ""));
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${label}, table`}>
        <table>
          <thead>
            <tr>
              {used.map((column) => (
                <th scope="col" class={numbers.has(column) ? "number" : ""} key={column}>
                  {headings[column] ?? column.replaceAll("_", " ")}
                </th>
              ))}
              {more && <th scope="col"><span class="hidden">actions</span></th>}
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shown).map((item, row) => (
              <tr key={`${item.name ?? ""}${row}`}>
                {used.map((column) => (
                  <td class={numbers.has(column) ? "number" : ""} key={column}>
                    <Cell kind={kind} column={column} item={item} at={at} />
                  </td>
                ))}
                {more && <td class="actions">{more(item)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="files">
        <button class="quiet" aria-label={`Save ${label} as CSV`} onClick={() => saveText(fileOf(label, "csv"), csvOf(used, items), "text/csv")}>CSV</button>
        <button class="quiet" aria-label={`Save ${label} as JSON`} onClick={() => saveText(fileOf(label, "json"), JSON.stringify(items, null, 2), "application/json")}>JSON</button>
      </p>
      {items.length > shown && (
        <button class="quiet" onClick={() => show(shown + 4 * PAGE)}>
          {count(items.length - shown)} more
        </button>
      )}
    </>
  );
}

import { useMemo, useRef, useState } from "preact/hooks";
import type { MapNode, NetworkMap } from "./model";
import { wordsOf } from "./Selected";

interface OutlineProps {
  map: NetworkMap;
  selected: string | null;
  /** What lights up with it. */
  related: Set<string> | null;
  /** Tunnels of the host that is asked; those that light up come to them. */
  tunnels: string[];
  onSelect: (id: string | null) => void;
  onOpen: (id: string) => void;
}

interface Row {
  id: string;
  level: number;
  name: string;
  kind: string;
  state: string;
  isOpen?: boolean;
  /** Whether there is something to select: not for a heading. */
  isThing?: boolean;
  /** Whether there is a page of it: not of an interface or a tunnel. */
  node?: MapNode;
}

/** Rows that are in the page at most; more are counted, and found by the search. */
const MAX_ROWS = 400;

/** The same as the map, as a tree that is read aloud and gone through by keys: up and down, right opens, left closes, Enter shows the page. */
export function Outline({ map, selected, related, tunnels, onSelect, onOpen }: OutlineProps) {
  const small = map.nodes.length <= 60;
  const [open, setOpen] = useState<Set<string>>(() => new Set(small ? ["hosts", "tunnels", ...map.tenants.map((t) => t.name), ...map.nodes.map((n) => n.id)] : []));
  const [active, setActive] = useState("");
  const table = useRef<HTMLTableElement>(null);
  const named = useMemo(() => [...new Set([...tunnels, ...[...(related ?? [])].filter((id) => id.startsWith("tunnel/"))])].sort(), [tunnels, related]);
  const rows = useMemo(() => rowsOf(map, named, open), [map, named, open]);
  const shown = rows.slice(0, MAX_ROWS);
  const current = shown.some((row) => row.id === active) ? active : (shown.find((row) => row.id === selected)?.id ?? shown[0]?.id);

  const toggle = (id: string, isOpen: boolean) => {
    const next = new Set(open);
    if (isOpen) next.add(id);
    else next.delete(id);
    setOpen(next);
  };
  const focus = (id: string) => {
    setActive(id);
    requestAnimationFrame(() => table.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus());
  };
  const press = (event: KeyboardEvent, row: Row, place: number) => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => shown[place + 1] && focus(shown[place + 1]!.id),
      ArrowUp: () => shown[place - 1] && focus(shown[place - 1]!.id),
      Home: () => focus(shown[0]!.id),
      End: () => focus(shown[shown.length - 1]!.id),
      ArrowRight: () => (row.isOpen === false ? toggle(row.id, true) : shown[place + 1] && shown[place + 1]!.level > row.level && focus(shown[place + 1]!.id)),
      ArrowLeft: () => {
        if (row.isOpen) return toggle(row.id, false);
        const parent = shown.slice(0, place).reverse().find((other) => other.level < row.level);
        if (parent) focus(parent.id);
      },
      " ": () => row.isThing && onSelect(row.id),
      Enter: () => (row.node ? onOpen(row.id) : row.isThing ? onSelect(row.id) : toggle(row.id, !row.isOpen)),
    };
    const deed = keys[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return (
    <table class="outline" role="treegrid" aria-multiselectable="true" aria-label="The network as a tree" ref={table}>
      <tbody>
        {shown.map((row, place) => (
          <tr
            key={row.id}
            role="row"
            data-id={row.id}
            aria-level={row.level}
            aria-expanded={row.isOpen}
            aria-selected={row.isThing ? (related?.has(row.id) ?? false) : undefined}
            aria-current={row.id === selected ? "true" : undefined}
            tabIndex={row.id === current ? 0 : -1}
            class={row.id === selected ? "selected" : related?.has(row.id) ? "lit" : ""}
            onKeyDown={(event) => press(event, row, place)}
            onFocus={() => setActive(row.id)}
            onClick={() => (row.isThing ? onSelect(row.id) : toggle(row.id, !row.isOpen))}
            onDblClick={() => row.node && onOpen(row.id)}
          >
            <td role="gridcell" class={`level${row.level}`}>
              <span class="twist" aria-hidden="true">
                {row.isOpen === undefined ? "" : row.isOpen ? "▾" : "▸"}
              </span>
              {row.name}
            </td>
            <td role="gridcell" class={`kind ${row.state ? "bad" : ""}`}>
              {row.state || row.kind}
            </td>
          </tr>
        ))}
        {rows.length > MAX_ROWS && (
          <tr role="row" aria-level={1}>
            <td role="gridcell" colSpan={2}>
              {rows.length - MAX_ROWS} more; search finds them
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function rowsOf(map: NetworkMap, tunnels: string[], open: Set<string>): Row[] {
  const rows: Row[] = [];
  const ports = Map.groupBy(
    map.nodes.filter((node) => node.kind === "port"),
    (node) => node.owner ?? "",
  );
  const devices = Map.groupBy(
    map.nodes.filter((node) => node.kind === "bridge" || node.kind === "router"),
    (node) => node.tenant,
  );
  const add = (node: MapNode, level: number, isOpen?: boolean) =>
    rows.push({ id: node.id, level, name: node.name, kind: node.kind, state: node.state ?? "", isOpen, isThing: true, node });
  const addPlain = (id: string, level: number, name: string) => rows.push({ id, level, name, kind: id.split("/")[0]!, state: "", isThing: true });
  for (const tenant of map.tenants) {
    const isOpen = open.has(tenant.name);
    rows.push({ id: tenant.name, level: 1, name: tenant.name, kind: `tenant, ${tenant.ports} ports`, state: "", isOpen });
    for (const device of isOpen ? (devices.get(tenant.name) ?? []) : []) {
      const own = ports.get(device.id) ?? [];
      add(device, 2, own.length > 0 ? open.has(device.id) : undefined);
      if (open.has(device.id)) for (const port of own) add(port, 3);
    }
  }
  const hosts = map.nodes.filter((node) => node.kind === "host");
  rows.push({ id: "hosts", level: 1, name: "Hosts", kind: `${hosts.length}`, state: "", isOpen: open.has("hosts") });
  const bound = Map.groupBy(
    map.nodes.filter((node) => node.host && node.interface),
    (node) => node.host!,
  );
  for (const host of open.has("hosts") ? hosts : []) {
    const own = bound.get(host.id) ?? [];
    add(host, 2, own.length > 0 ? open.has(host.id) : undefined);
    if (open.has(host.id)) for (const port of own) addPlain(`interface/${host.name}/${port.interface}`, 3, port.interface!);
  }
  if (tunnels.length > 0) rows.push({ id: "tunnels", level: 1, name: "Tunnels", kind: `${tunnels.length}`, state: "", isOpen: open.has("tunnels") });
  if (open.has("tunnels")) for (const id of tunnels) addPlain(id, 2, wordsOf(id));
  return rows;
}

import { useMemo, useRef, useState } from "preact/hooks";
import type { MapNode, NetworkMap } from "./model";

interface OutlineProps {
  map: NetworkMap;
  selected: string | null;
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
  node?: MapNode;
}

/** Rows that are in the page at most; more are counted, and found by the search. */
const MAX_ROWS = 400;

/** The same as the map, as a tree that is read aloud and gone through by keys: up and down, right opens, left closes, Enter shows the page. */
export function Outline({ map, selected, onSelect, onOpen }: OutlineProps) {
  const small = map.nodes.length <= 60;
  const [open, setOpen] = useState<Set<string>>(() => new Set(small ? ["hosts", ...map.tenants.map((t) => t.name), ...map.nodes.map((n) => n.id)] : []));
  const [active, setActive] = useState("");
  const table = useRef<HTMLTableElement>(null);
  const rows = useMemo(() => rowsOf(map, open), [map, open]);
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
      " ": () => row.node && onSelect(row.id),
      Enter: () => (row.node ? onOpen(row.id) : toggle(row.id, !row.isOpen)),
    };
    const deed = keys[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return (
    <table class="outline" role="treegrid" aria-label="The network as a tree" ref={table}>
      <tbody>
        {shown.map((row, place) => (
          <tr
            key={row.id}
            role="row"
            data-id={row.id}
            aria-level={row.level}
            aria-expanded={row.isOpen}
            aria-selected={row.node ? row.id === selected : undefined}
            tabIndex={row.id === current ? 0 : -1}
            class={row.id === selected ? "selected" : ""}
            onKeyDown={(event) => press(event, row, place)}
            onFocus={() => setActive(row.id)}
            onClick={() => (row.node ? onSelect(row.id) : toggle(row.id, !row.isOpen))}
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

function rowsOf(map: NetworkMap, open: Set<string>): Row[] {
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
    rows.push({ id: node.id, level, name: node.name, kind: node.kind, state: node.state ?? "", isOpen, node });
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
  if (open.has("hosts")) for (const host of hosts) add(host, 2);
  return rows;
}

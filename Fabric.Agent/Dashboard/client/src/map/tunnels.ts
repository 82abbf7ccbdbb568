// Tunnels between hosts: which are drawn, and where.

import type { MapNode, NetworkMap } from "./model";

/** Tunnels that are drawn at most. */
const MAX_TUNNELS = 12;
/** How near to a line, in pixels of the screen, is on it. */
const NEAR = 6;
const STEPS = 24;

export interface Tunnel {
  id: string;
  from: MapNode;
  to: MapNode;
  /** As the host that is asked finds it; null for one between two others. */
  state: string | null;
}

/** A tunnel has one name, whichever end it is seen from. */
export const tunnelId = (one: string, other: string): string => (one < other ? `tunnel/${one}/${other}` : `tunnel/${other}/${one}`);

/** The ways from the host that is asked to the others, as it finds them, and those of others that are lit up. */
export function tunnelsOf(map: NetworkMap, self: string | null, states: Record<string, string>, related: Set<string> | null): Tunnel[] {
  const from = self ? map.byId.get(self) : undefined;
  const known = Object.entries(states);
  const own = known.length > MAX_TUNNELS ? [] : known;
  const tunnels = new Map<string, Tunnel>();
  const add = (from: MapNode | undefined, to: MapNode | undefined, state: string | null) => {
    const id = from && to && tunnelId(from.name, to.name);
    if (id && !tunnels.has(id) && tunnels.size < MAX_TUNNELS) tunnels.set(id, { id, from, to, state });
  };
  for (const [id, state] of own) add(from, map.byId.get(id), state);
  for (const id of related ?? []) {
    const [kind, one, other] = id.split("/");
    if (kind !== "tunnel") continue;
    const ends = [`host/${one}`, `host/${other}`];
    const far = ends.find((end) => end !== self)!;
    if (self && ends.includes(self)) add(from, map.byId.get(far), states[far] ?? null);
    else add(map.byId.get(ends[0]!), map.byId.get(ends[1]!), null);
  }
  return [...tunnels.values()];
}

/** The four points of a tunnel's curve, below the hosts. */
export function curveOf({ from, to }: Tunnel): [number, number][] {
  const [x1, x2] = [from.x + from.w / 2, to.x + to.w / 2];
  const [y1, y2] = [from.y + from.h, to.y + to.h];
  const depth = 26 + Math.min(60, Math.abs(x2 - x1) / 14);
  return [[x1, y1], [x1, y1 + depth], [x2, y2 + depth], [x2, y2]];
}

/** A point of a tunnel's curve: 0 where it begins, 1 where it ends. */
function pointOf(tunnel: Tunnel, at: number): [number, number] {
  const curve = curveOf(tunnel);
  const left = 1 - at;
  const of = (axis: 0 | 1) => left ** 3 * curve[0]![axis] + 3 * left ** 2 * at * curve[1]![axis] + 3 * left * at ** 2 * curve[2]![axis] + at ** 3 * curve[3]![axis];
  return [of(0), of(1)];
}

export const middleOf = (tunnel: Tunnel): [number, number] => pointOf(tunnel, 0.5);

/** The tunnel at a place of the map; null for none. */
export function tunnelAt(tunnels: Tunnel[], x: number, y: number, scale: number): Tunnel | null {
  const isNear = (tunnel: Tunnel) => {
    // Half of what is between two points of the line is near one of them.
    const reach = NEAR / scale + Math.abs(tunnel.to.x - tunnel.from.x) / STEPS;
    return Array.from({ length: STEPS + 1 }, (_, i) => pointOf(tunnel, i / STEPS)).some(([left, top]) => Math.abs(left - x) <= reach && Math.abs(top - y) <= NEAR / scale);
  };
  return tunnels.find(isNear) ?? null;
}

// The map as the agent lays it out, and what is drawn of it at which scale.

import type { Json } from "../api";

export interface MapNode {
  id: string;
  kind: "port" | "bridge" | "router" | "host";
  name: string;
  tenant: string;
  x: number;
  y: number;
  w: number;
  h: number;
  state?: string;
  owner?: string;
  host?: string;
  /** The host's interface that a port is bound to. */
  interface?: string;
  ports?: number;
  filtered?: boolean;
  chains?: string[];
}

export interface MapLink {
  from: string;
  to: string;
  ports: string[];
}

export interface MapTenant {
  name: string;
  x: number;
  y: number;
  w: number;
  h: number;
  routers: number;
  bridges: number;
  ports: number;
}

export type Layer = "overlay" | "underlay" | "both";
export type Level = "tenants" | "devices" | "ports";

/** Marks that a view without choice of the viewer draws at most. */
const MAX_MARKS = 300;
const LEVELS: Level[] = ["tenants", "devices", "ports"];

export class NetworkMap {
  readonly nodes: MapNode[];
  readonly tenants: MapTenant[];
  readonly links: MapLink[];
  readonly byId: Map<string, MapNode>;
  /** What each link links, where both are on the map, and what the link's traffic is called. */
  readonly ends: [MapNode, MapNode, string][];
  readonly left: number;
  readonly width: number;
  readonly height: number;
  private readonly grid = new Map<string, MapNode[]>();
  private readonly counts: Record<Level, number>;

  constructor(data: Json) {
    this.nodes = data.nodes;
    this.tenants = data.tenants;
    this.links = data.links;
    this.left = data.left;
    this.width = data.width;
    this.height = data.height;
    this.byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.ends = this.links.flatMap((link) => {
      const [from, to] = [this.byId.get(link.from), this.byId.get(link.to)];
      return from && to ? [[from, to, link.ports.join(" ")] as [MapNode, MapNode, string]] : [];
    });
    const count = (level: Level) => this.nodes.filter((node) => isDrawn(node, level)).length;
    this.counts = { tenants: this.tenants.length, devices: count("devices"), ports: count("ports") };
    for (const node of this.nodes) {
      for (const cell of cells(node)) {
        const known = this.grid.get(cell);
        if (known) known.push(node);
        else this.grid.set(cell, [node]);
      }
    }
  }

  /** What is at a place, the smallest first. */
  at(x: number, y: number, level: Level): MapNode | null {
    const here = this.grid.get(cellOf(x, y)) ?? [];
    return here.find((node) => isDrawn(node, level) && x >= node.x && x <= node.x + node.w && y >= node.y && y <= node.y + node.h) ?? null;
  }

  /** How much is drawn at a scale: so much that it can be read, and at first no more than anybody can take in. */
  levelAt(scale: number, isFitted: boolean): Level {
    const legible: Level = scale < 0.16 ? "tenants" : scale < 0.42 ? "devices" : "ports";
    if (!isFitted) return legible;
    const fitting = LEVELS.filter((level) => this.marks(level) <= MAX_MARKS).pop() ?? "tenants";
    return LEVELS[Math.min(LEVELS.indexOf(legible), LEVELS.indexOf(fitting))]!;
  }

  marks(level: Level): number {
    return this.counts[level];
  }

  /** Where a change is seen: the devices themselves, and those that a chain is attached to. */
  touched(changes: { kind: string; name: string }[]): Set<string> {
    const chains = new Set(changes.filter((one) => one.kind === "chain").map((one) => one.name));
    const touched = new Set(changes.map((one) => `${one.kind}/${one.name}`).filter((id) => this.byId.has(id)));
    if (chains.size > 0) for (const node of this.nodes) if (node.chains?.some((name) => chains.has(name))) touched.add(node.id);
    return touched;
  }
}

export const isDrawn = (node: MapNode, level: Level): boolean =>
  level === "ports" || (level === "devices" ? node.kind !== "port" : node.kind === "host");

const CELL = 256;
const cellOf = (x: number, y: number): string => `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;

function cells(node: MapNode): string[] {
  const result: string[] = [];
  for (let x = Math.floor(node.x / CELL); x <= Math.floor((node.x + node.w) / CELL); x++)
    for (let y = Math.floor(node.y / CELL); y <= Math.floor((node.y + node.h) / CELL); y++) result.push(`${x} ${y}`);
  return result;
}

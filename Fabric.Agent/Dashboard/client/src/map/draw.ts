// Draws the map on a canvas. All of it is for the eye only: the outline beside it has the same for everybody else.

import { bits } from "../format";
import { isDrawn, type Layer, type Level, type MapNode, type MapTenant, type NetworkMap } from "./model";
import type { Palette } from "./palette";
import { curveOf, type Tunnel } from "./tunnels";

export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Scene {
  map: NetworkMap;
  view: View;
  level: Level;
  layer: Layer;
  selected: string | null;
  related: Set<string> | null;
  hovered: string | null;
  /** Bytes a second in and out of ports. */
  rates: Record<string, number>;
  /** Bytes a second of links between devices, by the names of their ports. */
  linkRates: Record<string, number>;
  tunnels: Tunnel[];
  members: Record<string, string>;
  /** What the change at the position that is looked at has touched, and who made it; null for now. */
  changed: Changed | null;
}

export interface Changed {
  ids: Set<string>;
  by: string;
}

/** Lines of ports to hosts are drawn for all while there are no more than this. */
const MAX_BINDINGS = 64;
/** Links are bent while there are no more than this in sight. */
const MAX_BENT = 400;
/** On the screen, in pixels: lower boxes have square corners, and smaller type is left out. */
const MIN_ROUND = 12;
const MIN_TYPE = 3.5;
/** Round what was changed, in pixels: less than half of what is between ports. */
const RING = 3;
/** How wide the line of a link is that carries so much more than a kilobyte a second: a pixel for each ten times. */
const widthOf = (bytes: number): number => 1.5 + Math.min(6, Math.max(0, Math.log10(bytes / 1000)));
const FONT = "system-ui, sans-serif";

export function draw(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene, palette: Palette): number {
  const { map, view } = scene;
  context.clearRect(0, 0, width, height);
  context.save();
  context.translate(-view.x * view.scale, -view.y * view.scale);
  context.scale(view.scale, view.scale);
  const seen = { left: view.x, top: view.y, right: view.x + width / view.scale, bottom: view.y + height / view.scale };
  const isSeen = (box: { x: number; y: number; w: number; h: number }) =>
    box.x < seen.right && box.x + box.w > seen.left && box.y < seen.bottom && box.y + box.h > seen.top;
  let marks = 0;
  const painter = new Painter(context, scene, palette);
  if (scene.layer !== "underlay")
    for (const tenant of map.tenants)
      if (isSeen(tenant)) {
        painter.tenant(tenant);
        marks++;
      }
  painter.lines(isSeen);
  const drawn = map.nodes.filter(
    (node) => isDrawn(node, scene.level) && isSeen(node) && (node.kind === "host" ? scene.layer !== "overlay" : scene.layer !== "underlay"),
  );
  for (const node of drawn) painter.tile(node);
  painter.small();
  for (const node of drawn) painter.label(node);
  marks += drawn.length;
  if (scene.changed) painter.changes(drawn, scene.changed);
  if (scene.level === "tenants" && scene.layer !== "overlay") painter.hosts();
  context.restore();
  return marks;
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

class Painter {
  /** Small boxes by how they look: those that look the same are drawn at once. */
  private readonly alike = new Map<string, { fill: string; stroke: string; width: number; alpha: number; boxes: Box[] }>();

  constructor(
    private readonly c: CanvasRenderingContext2D,
    private readonly scene: Scene,
    private readonly p: Palette,
  ) {}

  tenant(tenant: MapTenant): void {
    const { c, p, scene } = this;
    // A pixel at least, however far away.
    this.box(tenant, 12, p.panel, p.line, Math.max(1, 1 / scene.view.scale));
    if (scene.level === "tenants") {
      const size = Math.round(Math.min(tenant.w * 0.19, 15 / scene.view.scale));
      this.text(tenant.name, tenant.x + tenant.w / 2, tenant.y + tenant.h / 2 - size * 0.6, `600 ${size}px ${FONT}`, p.text, "center", tenant.w);
      this.text(`${tenant.ports} ports`, tenant.x + tenant.w / 2, tenant.y + tenant.h / 2 + size * 0.7, `${Math.round(size * 0.85)}px ${FONT}`, p.muted, "center", tenant.w);
      return;
    }
    c.textBaseline = "middle";
    this.text(tenant.name, tenant.x + 20, tenant.y + 22, `600 14px ${FONT}`, p.text, "left", tenant.w / 2);
    this.text(scene.level === "devices" ? `tenant, ${tenant.ports} ports` : "tenant", tenant.x + tenant.w - 20, tenant.y + 22, `12px ${FONT}`, p.muted, "right", tenant.w / 2);
  }

  /** Too small to be told apart: they are counted. */
  hosts(): void {
    const { map, view } = this.scene;
    const count = map.nodes.filter((node) => node.kind === "host").length;
    this.text(`${count} hosts`, map.left + map.width / 2, map.height + 14 / view.scale, `${Math.round(12 / view.scale)}px ${FONT}`, this.p.muted, "center", map.width);
  }

  lines(isSeen: (box: { x: number; y: number; w: number; h: number }) => boolean): void {
    const { scene } = this;
    if (scene.layer !== "underlay" && scene.level !== "tenants") this.links(scene.map.ends.filter(([from, to]) => isSeen(from) || isSeen(to)));
    if (scene.layer === "overlay") return;
    const bound = scene.level === "ports" && scene.layer === "both" ? scene.map.nodes.filter((node) => node.kind === "port" && node.host) : [];
    for (const port of bound) {
      const host = scene.map.byId.get(port.host!);
      const isChosen = scene.related?.has(port.id) && scene.related.has(port.host!);
      if (host && (isChosen || (bound.length <= MAX_BINDINGS && !scene.related))) this.binding(port, host, isChosen ?? false);
    }
    this.tunnels();
  }

  /** Those that look the same are one path. */
  private links(seen: [MapNode, MapNode, string][]): void {
    const { c, p, scene } = this;
    const isBent = seen.length <= MAX_BENT;
    const chosen = scene.related ? seen.filter(([from, to]) => scene.related!.has(from.id) && scene.related!.has(to.id)) : [];
    const others = scene.related ? seen.filter((ends) => !chosen.includes(ends)) : seen;
    for (const [links, colour, alpha, width] of [
      [others, p.muted, scene.related ? 0.25 : 1, 1.5],
      [chosen, p.accent, 1, 2.5],
    ] as const) {
      if (links.length === 0) continue;
      c.strokeStyle = colour;
      c.globalAlpha = alpha;
      c.lineWidth = width;
      c.beginPath();
      for (const [from, to] of links) this.link(from, to, isBent);
      c.stroke();
    }
    c.globalAlpha = 1;
    const busy = seen.filter(([, , name]) => scene.linkRates[name]! > 0);
    // More than can be told apart: the busiest.
    const drawn = busy.length > MAX_BENT ? busy.sort((left, right) => scene.linkRates[right[2]]! - scene.linkRates[left[2]]!).slice(0, MAX_BENT) : busy;
    for (const [from, to, name] of drawn) this.traffic(from, to, scene.linkRates[name]!, isBent);
  }

  /** What a link carries: as the width of its line, and in figures where they can be read. */
  private traffic(from: MapNode, to: MapNode, bytes: number, isBent: boolean): void {
    const { c, p, scene } = this;
    const isLit = scene.related?.has(from.id) && scene.related.has(to.id);
    c.globalAlpha = scene.related && !isLit ? 0.25 : 1;
    c.strokeStyle = p.accent;
    c.lineWidth = widthOf(bytes);
    c.beginPath();
    this.link(from, to, isBent);
    c.stroke();
    if (11 * scene.view.scale >= MIN_TYPE) {
      const { x1, y1, x2, y2, bend } = this.way(from, to);
      const middle = isBent && y1 === y2 ? y1 + bend * 0.75 : (y1 + y2) / 2;
      this.text(bits(bytes), (x1 + x2) / 2 + 6, middle, `11px ${FONT}`, p.muted, "left", 90);
    }
    c.globalAlpha = 1;
  }

  /** Where a link begins and ends, and how far it is bent; beside each other they are linked above. */
  private way(from: MapNode, to: MapNode): { x1: number; y1: number; x2: number; y2: number; bend: number } {
    const [upper, lower] = from.y <= to.y ? [from, to] : [to, from];
    const isBeside = upper.y === lower.y;
    const [y1, y2] = [isBeside ? upper.y : upper.y + upper.h, lower.y];
    return { x1: upper.x + upper.w / 2, y1, x2: lower.x + lower.w / 2, y2, bend: isBeside ? -28 : (y2 - y1) / 2 };
  }

  private link(from: MapNode, to: MapNode, isBent: boolean): void {
    const { c } = this;
    const { x1, y1, x2, y2, bend } = this.way(from, to);
    c.moveTo(x1, y1);
    if (isBent) c.bezierCurveTo(x1, y1 + bend, x2, y1 === y2 ? y2 + bend : y2 - bend, x2, y2);
    else c.lineTo(x2, y2);
  }

  private binding(port: MapNode, host: MapNode, isChosen: boolean): void {
    const { c, p } = this;
    c.strokeStyle = isChosen ? p.accent : p.line;
    c.lineWidth = isChosen ? 2.5 : 1.25;
    c.setLineDash([5, 4]);
    c.beginPath();
    const [x1, y1, x2, y2] = [port.x + port.w / 2, port.y + port.h, host.x + host.w / 2, host.y];
    c.moveTo(x1, y1);
    c.bezierCurveTo(x1, y1 + (y2 - y1) * 0.6, x2, y2 - (y2 - y1) * 0.4, x2, y2);
    c.stroke();
    c.setLineDash([]);
    if (isChosen && port.interface) this.text(port.interface, x2 + 6, y2 - 12, `11px ${FONT}`, p.accent, "left", 110);
  }

  /** The ways from the host that is asked to the others, as it finds them, and what is lit up. */
  private tunnels(): void {
    const { c, p, scene } = this;
    for (const tunnel of scene.tunnels) {
      const { id, state } = tunnel;
      const isBad = state !== null && state !== "up" && state !== "idle";
      const isLit = scene.related?.has(id) ?? false;
      const [start, first, second, end] = curveOf(tunnel) as [[number, number], [number, number], [number, number], [number, number]];
      c.globalAlpha = scene.related && !isLit ? 0.25 : 1;
      c.strokeStyle = isBad ? p.bad : isLit ? p.accent : state === "idle" ? p.line : p.good;
      c.lineWidth = isBad || isLit ? 3 : 2;
      c.setLineDash(isBad ? [8, 5] : []);
      c.beginPath();
      c.moveTo(...start);
      c.bezierCurveTo(...first, ...second, ...end);
      c.stroke();
      c.setLineDash([]);
      // Nearer to the other host: there the lines have parted.
      const x = start[0] * 0.26 + end[0] * 0.74;
      const y = start[1] * 0.26 + end[1] * 0.74 + (first[1] - start[1]) * 0.58;
      this.text(state === null ? "tunnel" : `tunnel ${state}`, x, y + 11, `11px ${FONT}`, isBad ? p.bad : p.muted, "center", 140);
      c.globalAlpha = 1;
    }
  }

  tile(node: MapNode): void {
    const { p, scene } = this;
    const isSelected = scene.selected === node.id;
    const isRelated = scene.related?.has(node.id) ?? false;
    const { state, isBad } = this.state(node);
    const fill = isSelected ? p.tint : p.raised;
    const stroke = isBad ? p.bad : isSelected || isRelated || scene.hovered === node.id ? p.accent : p.line;
    const width = isSelected || isBad ? 2.5 : isRelated ? 2 : 1.25;
    const alpha = scene.related && !isRelated ? 0.35 : 1;
    const isDashed = state === "admin down" || state === "unbound";
    if (node.h * scene.view.scale < MIN_ROUND && !isDashed) {
      const key = `${fill} ${stroke} ${width} ${alpha}`;
      const alike = this.alike.get(key);
      if (alike) alike.boxes.push(node);
      else this.alike.set(key, { fill, stroke, width, alpha, boxes: [node] });
      return;
    }
    this.c.globalAlpha = alpha;
    const radius = node.kind === "router" ? node.h / 2 : node.kind === "host" ? 3 : 7;
    this.box(node, radius, fill, stroke, width, isDashed);
    this.c.globalAlpha = 1;
  }

  /** Draws the boxes that are too small for round corners, those that look the same together. */
  small(): void {
    const { c } = this;
    for (const { fill, stroke, width, alpha, boxes } of this.alike.values()) {
      c.globalAlpha = alpha;
      c.fillStyle = fill;
      for (const box of boxes) c.fillRect(box.x, box.y, box.w, box.h);
      c.strokeStyle = stroke;
      c.lineWidth = width;
      for (const box of boxes) c.strokeRect(box.x, box.y, box.w, box.h);
    }
    c.globalAlpha = 1;
  }

  /** The words in a box, where they can be read. */
  label(node: MapNode): void {
    const { c, p, scene } = this;
    if (12 * scene.view.scale < MIN_TYPE) return;
    c.globalAlpha = scene.related && !scene.related.has(node.id) ? 0.35 : 1;
    const { state, isBad } = this.state(node);
    const isTile = node.kind !== "port";
    const font = `${isTile ? "600 13" : "12"}px ${FONT}`;
    const middle = node.y + node.h / 2;
    if (!isTile) {
      const traffic = scene.rates[`${node.tenant}/${node.name}`] ?? 0;
      const note = isBad || state ? state! : traffic > 0 ? bits(traffic) : "";
      this.text(node.name, node.x + 10, middle, font, p.text, "left", note ? node.w - 62 : node.w - 26);
      this.text(note, node.x + node.w - 8, middle, `10.5px ${FONT}`, isBad ? p.bad : p.muted, "right", 60);
      if (node.filtered && !note) this.funnel(node.x + node.w - 17, middle);
    } else {
      this.text(node.name, node.x + 14, middle, font, p.text, "left", node.w - 80);
      const note = node.kind === "host" ? (state ?? "host") : scene.level === "devices" ? `${node.kind}, ${node.ports} ports` : node.kind;
      this.text(note, node.x + node.w - 14, middle, `11.5px ${FONT}`, isBad ? p.bad : p.muted, "right", 90);
    }
    c.globalAlpha = 1;
  }

  /** Marks what was changed, or what is drawn in its place: the device of a port that is not, or the tenant. */
  changes(drawn: MapNode[], changed: Changed): void {
    const { c, p, scene } = this;
    const { map, level } = scene;
    const seen = new Set(drawn);
    const boxes = new Set<Box>();
    for (const id of changed.ids) {
      const node = map.byId.get(id)!;
      const shown = [node, node.owner ? map.byId.get(node.owner) : undefined].find((one) => one && seen.has(one));
      const tenant = level === "tenants" ? map.tenants.find((one) => one.name === node.tenant) : undefined;
      if (shown ?? tenant) boxes.add((shown ?? tenant)!);
    }
    const unit = Math.max(1, 0.6 / scene.view.scale);
    c.strokeStyle = p.warn;
    c.lineWidth = 2.5 * unit;
    for (const box of boxes) {
      c.beginPath();
      c.roundRect(box.x - RING * unit, box.y - RING * unit, box.w + 2 * RING * unit, box.h + 2 * RING * unit, 9 * unit);
      c.stroke();
    }
    // Once, at the topmost: beside each they would lie on each other.
    const first = [...boxes].sort((left, right) => left.y - right.y || left.x - right.x)[0];
    if (!first) return;
    const what = boxes.size === 1 ? "changed" : `${boxes.size} changed`;
    this.text(`${what} by ${changed.by}`, first.x, first.y - 12 * unit, `600 ${Math.round(11 * unit)}px ${FONT}`, p.warn, "left", Math.max(first.w, 200 * unit));
  }

  private state(node: MapNode): { state: string | undefined; isBad: boolean } {
    if (node.kind !== "host") return { state: node.state, isBad: node.state !== undefined && node.state !== "admin down" };
    const state = this.scene.members[node.name];
    return { state, isBad: state === "unreachable" };
  }

  /** Rules stand at the port. */
  private funnel(x: number, y: number): void {
    const { c, p } = this;
    c.strokeStyle = p.muted;
    c.lineWidth = 1.25;
    c.beginPath();
    c.moveTo(x - 4, y - 4);
    c.lineTo(x + 5, y - 4);
    c.lineTo(x + 1.5, y);
    c.lineTo(x + 1.5, y + 4.5);
    c.lineTo(x - 0.5, y + 3.5);
    c.lineTo(x - 0.5, y);
    c.closePath();
    c.stroke();
  }

  private box(box: Box, radius: number, fill: string, stroke: string, width: number, isDashed = false): void {
    const { c } = this;
    c.beginPath();
    c.roundRect(box.x, box.y, box.w, box.h, radius);
    c.fillStyle = fill;
    c.fill();
    c.strokeStyle = stroke;
    c.lineWidth = width;
    if (isDashed) c.setLineDash([4, 3]);
    c.stroke();
    c.setLineDash([]);
  }

  private text(text: string, x: number, y: number, font: string, colour: string, align: CanvasTextAlign, width: number): void {
    if (!text || width <= 0) return;
    const { c } = this;
    c.font = font;
    c.fillStyle = colour;
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillText(shorten(c, text, font, width), x, y);
  }
}

const lengths = new Map<string, string>();

/** A name that is too long for its place ends in dots; measured once. */
function shorten(c: CanvasRenderingContext2D, text: string, font: string, width: number): string {
  const key = `${font} ${Math.round(width)} ${text}`;
  const known = lengths.get(key);
  if (known !== undefined) return known;
  let short = text;
  while (short.length > 1 && c.measureText(short === text ? text : `${short}…`).width > width) short = short.slice(0, -1);
  const result = short === text ? text : `${short}…`;
  if (lengths.size > 20000) lengths.clear();
  lengths.set(key, result);
  return result;
}

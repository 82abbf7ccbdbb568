import { useEffect, useRef, useState } from "preact/hooks";
import { type Changed, draw, type Scene, type View } from "./draw";
import type { Layer, Level, NetworkMap } from "./model";
import { paletteOf } from "./palette";
import { middleOf, tunnelAt, tunnelsOf } from "./tunnels";

interface MapCanvasProps {
  map: NetworkMap;
  layer: Layer;
  selected: string | null;
  /** What lights up with what is selected; null if nothing is. */
  related: Set<string> | null;
  rates: Record<string, number>;
  linkRates: Record<string, number>;
  /** How the host that is asked finds the ways to others, by the other. */
  tunnels: Record<string, string>;
  members: Record<string, string>;
  self: string | null;
  changed: Changed | null;
  theme: string;
  onSelect: (id: string | null) => void;
  onOpen: (id: string) => void;
  onLevel: (level: Level) => void;
}

const MIN_SCALE = 0.02;
const MAX_SCALE = 3;
const MARGIN = 28;
const DRAG = 4;

declare global {
  interface Window {
    fabric?: {
      frames: number[];
      marks: number;
      level: Level;
      rates: Record<string, number>;
      linkRates: Record<string, number>;
      lit: string[];
      changed: string[];
      place: (id: string) => { x: number; y: number } | null;
    };
  }
}

/** The map for the eye: dragged, zoomed by the wheel, with what is clicked lit up together with all that belongs to it. */
export function MapCanvas(props: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<View>({ x: 0, y: 0, scale: 1 });
  const isFitted = useRef(true);
  const hovered = useRef<string | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const pending = useRef(0);
  const [size, setSize] = useState({ width: 0, height: 0 });

  const shownTunnels = () => {
    const { map, layer, self, tunnels, related } = latest.current;
    return layer === "overlay" ? [] : tunnelsOf(map, self, tunnels, related);
  };
  const paint = () => {
    pending.current = 0;
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const { map, onLevel } = latest.current;
    const started = performance.now();
    const level = map.levelAt(view.current.scale, isFitted.current);
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { layer, selected, related, rates, linkRates, members, changed } = latest.current;
    const drawnTunnels = shownTunnels();
    const scene: Scene = {
      map,
      view: view.current,
      level,
      layer,
      selected,
      related,
      hovered: hovered.current,
      rates,
      linkRates,
      tunnels: drawnTunnels,
      members,
      changed,
    };
    const marks = draw(context, element.clientWidth, element.clientHeight, scene, paletteOf(element));
    window.fabric = {
      frames: [...(window.fabric?.frames.slice(-199) ?? []), performance.now() - started],
      marks,
      level,
      rates,
      linkRates,
      lit: [...(related ?? [])].sort(),
      changed: [...(changed?.ids ?? [])],
      place: (id) => {
        const node = map.byId.get(id);
        const tunnel = drawnTunnels.find((one) => one.id === id);
        const box = element.getBoundingClientRect();
        const v = view.current;
        const at = (x: number, y: number) => ({ x: box.x + (x - v.x) * v.scale, y: box.y + (y - v.y) * v.scale });
        return node ? at(node.x + node.w / 2, node.y + node.h / 2) : tunnel ? at(...middleOf(tunnel)) : null;
      },
    };
    onLevel(level);
  };
  const ask = () => {
    pending.current ||= requestAnimationFrame(paint);
  };
  const fit = () => {
    const element = canvas.current;
    if (!element) return;
    const { map } = latest.current;
    const [width, height] = [element.clientWidth - 2 * MARGIN, element.clientHeight - 2 * MARGIN];
    // Room below the hosts for the tunnels.
    const depth = map.height + 90;
    const scale = Math.max(MIN_SCALE, Math.min(width / Math.max(1, map.width), height / depth, 1.25));
    view.current = {
      scale,
      x: map.left - (element.clientWidth / scale - map.width) / 2,
      y: -(element.clientHeight / scale - depth) / 2,
    };
    isFitted.current = true;
    ask();
  };
  const zoom = (factor: number, x: number, y: number) => {
    const old = view.current;
    const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, old.scale * factor));
    view.current = { scale, x: old.x + x / old.scale - x / scale, y: old.y + y / old.scale - y / scale };
    isFitted.current = false;
    ask();
  };

  useEffect(() => {
    const element = canvas.current!;
    const observer = new ResizeObserver(() => {
      element.width = element.clientWidth * devicePixelRatio;
      element.height = element.clientHeight * devicePixelRatio;
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    const key = (event: CustomEvent<string>) => {
      if (event.detail === "fit") fit();
      else zoom(event.detail === "in" ? 1.3 : 1 / 1.3, element.clientWidth / 2, element.clientHeight / 2);
    };
    addEventListener("fabric-zoom", key as EventListener);
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
      removeEventListener("fabric-zoom", key as EventListener);
      cancelAnimationFrame(pending.current);
    };
  }, []);
  useEffect(() => {
    if (isFitted.current) fit();
    else ask();
  }, [props.map, size.width, size.height]);
  useEffect(ask, [props.layer, props.selected, props.related, props.rates, props.linkRates, props.tunnels, props.members, props.changed, props.theme]);

  const nodeAt = (event: PointerEvent | MouseEvent) => {
    const { map, layer } = latest.current;
    const { x, y, scale } = view.current;
    const [left, top] = [x + event.offsetX / scale, y + event.offsetY / scale];
    const found = map.at(left, top, map.levelAt(scale, isFitted.current));
    if (found && (found.kind === "host" ? layer !== "overlay" : layer !== "underlay")) return found.id;
    return tunnelAt(shownTunnels(), left, top, scale)?.id ?? null;
  };
  const press = (down: PointerEvent) => {
    const element = canvas.current!;
    const start = { ...view.current };
    let isDrag = false;
    element.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent) => {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      isDrag ||= Math.hypot(dx, dy) > DRAG;
      if (!isDrag) return;
      view.current = { ...start, x: start.x - dx / start.scale, y: start.y - dy / start.scale };
      isFitted.current = false;
      ask();
    };
    const release = (event: PointerEvent) => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", release);
      if (!isDrag) latest.current.onSelect(nodeAt(event));
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", release);
  };
  const hover = (event: PointerEvent) => {
    const id = nodeAt(event);
    if (id === hovered.current) return;
    hovered.current = id;
    canvas.current!.style.cursor = id ? "pointer" : "grab";
    ask();
  };
  const open = (event: MouseEvent) => {
    const id = nodeAt(event);
    if (id && latest.current.map.byId.has(id)) latest.current.onOpen(id);
  };
  return <canvas ref={canvas} class="map" aria-hidden="true" onPointerDown={press} onPointerMove={hover} onDblClick={open} />;
}

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { post, query, type Json } from "../api";
import { useData } from "../data";
import { count } from "../format";
import { useLive } from "../live";
import { MapCanvas } from "../map/MapCanvas";
import { type Layer, type Level, NetworkMap } from "../map/model";
import { Outline } from "../map/Outline";
import { SaveMap } from "../map/SaveMap";
import { Ask } from "../parts/Ask";
import { Drops } from "../parts/Drops";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { Past } from "../parts/Past";
import { Pill, toneOf } from "../parts/Pill";
import { Verdict } from "../parts/Verdict";
import { change, go, pageOf, useRoute } from "../route";

const layers: Layer[] = ["overlay", "both", "underlay"];
/** What ports carried then is not known. */
const noRates = {};
/** The time between two questions to other hosts. */
const EVERY_SECONDS = 3;
const zoom = (what: string) => dispatchEvent(new CustomEvent("fabric-zoom", { detail: what }));

/** The front page: the network as a picture, and beside it the question that brings people here. */
export function NetworkPage({ theme }: { theme: string }) {
  const { query: q } = useRoute();
  const live = useLive();
  const { data, error } = useData(query("/v1/map", { at: q.at }));
  const map = useMemo(() => (data ? new NetworkMap(data) : null), [data]);
  const layer = layers.find((known) => known === q.layer) ?? "both";
  const selected = q.sel ?? null;
  const [level, setLevel] = useState<Level>("ports");
  const [answer, setAnswer] = useState<Json | null>(null);
  const status = live.pulse?.status;
  const rates = useRates();
  const elsewhere = useRatesElsewhere(status?.host, !q.at && level === "ports" && (status?.members?.length ?? 0) > 1);
  const traffic = useMemo(() => ({ ...elsewhere, ...rates }), [elsewhere, rates]);
  const tunnels = useMemo(
    () => (q.at ? {} : Object.fromEntries((status?.tunnels ?? []).map((tunnel: Json) => [`host/${tunnel.host}`, tunnel.state]))),
    [JSON.stringify(status?.tunnels?.map((tunnel: Json) => tunnel.state)), q.at],
  );
  const members = useMemo(
    () => (q.at ? {} : Object.fromEntries((status?.members ?? []).map((member: Json) => [member.name, member.state]))),
    [JSON.stringify(status?.members?.map((member: Json) => member.state)), q.at],
  );
  const { data: entries } = useData(q.at ? query("/v1/events", { before: Number(q.at) + 1, limit: 1 }) : null);
  const changed = useMemo(() => {
    const entry: Json | undefined = entries?.items[0];
    return map && q.at && String(entry?.position) === q.at ? { ids: map.touched(entry!.changes), by: entry!.author as string } : null;
  }, [entries, map, q.at]);
  const select = useCallback((id: string | null) => change({ sel: id, p: null }), []);
  const open = useCallback((id: string) => go(`/${id}`, { at: q.at }), [q.at]);
  const ask = (packet: string) => change({ p: packet });
  useEffect(() => {
    if (!q.p) return setAnswer(null);
    const abort = new AbortController();
    post(query("/v1/trace", { at: q.at }), q.p, abort.signal)
      .then(setAnswer)
      .catch((failure: Error) => !abort.signal.aborted && setAnswer({ error: { message: failure.message, remedy: "" } }));
    return () => abort.abort();
  }, [q.p, q.at, live.pulse?.status.position]);
  const node = selected ? map?.byId.get(selected) : undefined;
  const hidden = map && level !== "ports" ? map.nodes.length - map.marks(level) : 0;
  return (
    <div class="network">
      <h1 class="hidden">Network</h1>
      <section class="mapframe" aria-label="Map of the network">
        <div class="tools">
          <div class="segments" role="group" aria-label="What the map shows">
            {layers.map((known) => (
              <button key={known} aria-pressed={known === layer} onClick={() => change({ layer: known === "both" ? null : known })}>
                {known}
              </button>
            ))}
          </div>
          <span class="spring" />
          {hidden > 0 && <span class="note">{count(hidden)} things are hidden at this scale</span>}
          <button class="icon" aria-label="Zoom out" onClick={() => zoom("out")}>−</button>
          <button class="icon" aria-label="Zoom in" onClick={() => zoom("in")}>+</button>
          <button class="icon wide" onClick={() => zoom("fit")}>Fit</button>
          <button class="icon wide" aria-pressed={q.tree === "1"} onClick={() => change({ tree: q.tree === "1" ? null : 1 })}>Outline</button>
          <SaveMap at={q.at} />
        </div>
        <div class="stage">
          {map && q.tree === "1" && (
            <div class="tree">
              <Outline map={map} selected={selected} onSelect={select} onOpen={open} />
            </div>
          )}
          {error && <Trouble error={error} />}
          {map && map.nodes.length === 0 && (
            <p class="empty middle">
              The network is empty{q.at ? ` at position ${q.at}` : ""}. <code>fabric apply -f net.yaml</code> fills it; <code>fabric lab up</code> makes one to play with.
            </p>
          )}
          {map && map.nodes.length > 0 && (
            <MapCanvas
              map={map}
              layer={layer}
              selected={selected}
              rates={q.at ? noRates : traffic}
              tunnels={tunnels}
              members={members}
              self={status?.host ? `host/${status.host}` : null}
              changed={changed}
              theme={theme}
              onSelect={select}
              onOpen={open}
              onLevel={setLevel}
            />
          )}
          {node && (
            <div class="card" role="status" aria-label="Selected">
              <div>
                <strong>{node.name}</strong> <span class="note">{node.tenant ? `${node.kind} of ${node.tenant}` : node.kind}</span>
              </div>
              <Pill tone={toneOf(node.state ?? (node.kind === "host" ? (members[node.name] ?? "up") : "up"))}>
                {node.state ?? (node.kind === "host" ? (members[node.name] ?? "up") : "up")}
              </Pill>
              {node.host && <Link to={pageOf(node.host, q.at)}>{node.host.replace("/", " ")}</Link>}
              {node.owner && <Link to={pageOf(node.owner, q.at)}>{node.owner.split("/")[0]} {node.owner.split("/").pop()}</Link>}
              <Link to={pageOf(node.id, q.at)} class="button">Open</Link>
              <button class="icon" aria-label="Select nothing" onClick={() => select(null)}>×</button>
            </div>
          )}
        </div>
      </section>
      <aside aria-label="Why packets do not get through">
        <Panel title="Why does it not get through?">
          <Ask label="Ask what becomes of a packet" packet={q.p} from={node?.kind === "port" ? `${node.tenant}/${node.name}` : undefined} key={q.p ?? (node?.kind === "port" ? node.id : "")} onAsk={ask} />
          {answer && <Verdict report={answer} hasLink at={q.at} />}
        </Panel>
        <Panel title="Dropped last" note={q.at ? "at any host, now" : "at any host"} class="grow">
          <Past at={q.at} then={`: these drops are of now, while the map and a trace show what was described at position ${q.at}.`} />
          <Drops limit={12} at={q.at} />
        </Panel>
      </aside>
    </div>
  );
}

/** Bytes a second of every port that is attached at the host that is asked. */
function useRates(): Record<string, number> {
  const { samples } = useLive();
  const last = useRef<Record<string, number>>({});
  return useMemo(() => {
    const [before, now] = samples.slice(-2);
    if (!before || !now) return last.current;
    const seconds = Math.max(0.2, now.time - before.time);
    const rates: Record<string, number> = {};
    for (const [port, values] of Object.entries(now.ports)) {
      const old = before.ports[port];
      if (old) rates[port] = Math.max(0, values[1]! - old[1]! + values[3]! - old[3]!) / seconds;
    }
    last.current = rates;
    return rates;
  }, [samples[samples.length - 1]?.time]);
}

/** Bytes of a port that a host has told, and when it told them. */
interface Told {
  time: number;
  bytes: number;
  rate: number;
}

/** Bytes a second of ports at other hosts, where the difference is that of two answers; nothing of a host that answers no more. */
function useRatesElsewhere(self: string | undefined, isWanted: boolean): Record<string, number> {
  const { data } = useData(isWanted ? "/v1/ports?host=all" : null, EVERY_SECONDS);
  const told = useRef<Record<string, Told>>({});
  return useMemo(() => {
    if (!data || !isWanted) return noRates;
    const now = performance.now() / 1000;
    const ages = new Map<string, number>(data.hosts.filter((host: Json) => host.age_s !== null).map((host: Json) => [host.name, host.age_s]));
    const next: Record<string, Told> = {};
    const rates: Record<string, number> = {};
    for (const item of data.items) {
      const age = ages.get(item.host);
      if (item.host === self || !item.port || age === undefined || age > 2 * EVERY_SECONDS) continue;
      const [time, bytes, old] = [now - age, item.rx_bytes + item.tx_bytes, told.current[item.port]];
      // One answer serves all who ask at about the same time.
      const isSame = old !== undefined && time - old.time < EVERY_SECONDS / 4;
      next[item.port] = isSame ? old : { time, bytes, rate: old ? Math.max(0, bytes - old.bytes) / (time - old.time) : 0 };
      rates[item.port] = next[item.port]!.rate;
    }
    told.current = next;
    return rates;
  }, [data, isWanted]);
}

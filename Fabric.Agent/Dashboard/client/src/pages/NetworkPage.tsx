import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { post, query, type Json } from "../api";
import { useData } from "../data";
import { count } from "../format";
import { useLive } from "../live";
import { MapCanvas } from "../map/MapCanvas";
import { type Layer, type Level, NetworkMap } from "../map/model";
import { Outline } from "../map/Outline";
import { SaveMap } from "../map/SaveMap";
import { Selected } from "../map/Selected";
import { tunnelId } from "../map/tunnels";
import { Ask } from "../parts/Ask";
import { Drops } from "../parts/Drops";
import { Panel, Trouble } from "../parts/Panel";
import { Past } from "../parts/Past";
import { Verdict } from "../parts/Verdict";
import { noRates, useLinkRates, usePortRates } from "../rates";
import { change, go, useRoute } from "../route";

const layers: Layer[] = ["overlay", "both", "underlay"];
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
  const rates = usePortRates(status?.host, !q.at && level === "ports" && (status?.members?.length ?? 0) > 1);
  const linkRates = useLinkRates(!q.at && level !== "tenants");
  const { data: told } = useData(selected ? query("/v1/related", { id: selected, at: q.at }) : null);
  const related = useMemo(() => (selected ? new Set<string>([selected, ...(told?.id === selected ? told!.items.map((item: Json) => item.id) : [])]) : null), [selected, told]);
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
  const tunnelNames = useMemo(() => Object.keys(tunnels).map((id) => tunnelId(id.slice("host/".length), status?.host ?? "")), [tunnels, status?.host]);
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
              <Outline map={map} selected={selected} related={related} tunnels={tunnelNames} onSelect={select} onOpen={open} />
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
              related={related}
              rates={q.at ? noRates : rates}
              linkRates={linkRates}
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
          {selected && (node || told?.id === selected) && (
            <Selected id={selected} node={node} state={node?.kind === "host" ? members[node.name] : node?.state} related={related!} at={q.at} onSelect={select} />
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

import type { Json } from "../api";

const WIDTH = 132;
const HEIGHT = 46;
const GAP = 46;
const MAX = 24;

interface Stop {
  kind: string;
  name: string;
  note: string;
}

/** The devices on the way in order, each once in a row. */
function stopsOf(report: Json): Stop[] {
  const stops: Stop[] = [{ kind: "port", name: String(report.in_port).split("/").pop()!, note: report.host ? `host ${report.host}` : "not bound" }];
  for (const hop of report.hops) {
    const [kind, name] = String(hop.name).split(" ");
    if (!name || (kind !== "bridge" && kind !== "router" && hop.kind !== "output" && hop.kind !== "drop")) continue;
    const last = stops[stops.length - 1]!;
    if (last.kind === kind && last.name === name) continue;
    stops.push({ kind: kind!, name, note: hop.kind === "output" && hop.host ? `host ${hop.host}` : (kind ?? "") });
  }
  return stops.slice(0, MAX);
}

/** The way of a packet as a row of devices; the steps below say the same in words. */
export function PathPicture({ report }: { report: Json }) {
  const stops = stopsOf(report);
  const isDropped = report.verdict === "drop";
  const width = stops.length * (WIDTH + GAP) - GAP + (isDropped ? 60 : 0);
  return (
    <div class="path" aria-hidden="true">
      <svg viewBox={`-2 -2 ${width + 4} ${HEIGHT + 4}`} width={width + 4} height={HEIGHT + 4}>
        {stops.map((stop, place) => {
          const x = place * (WIDTH + GAP);
          return (
            <g key={place}>
              {place > 0 && <path class="way" d={`M${x - GAP} ${HEIGHT / 2} H${x - 8} m-6 -5 l6 5 l-6 5`} />}
              <rect class={`stop ${stop.kind}`} x={x} y={0} width={WIDTH} height={HEIGHT} rx={stop.kind === "router" ? HEIGHT / 2 : 7} />
              <text x={x + WIDTH / 2} y={19} class="name">{stop.name.length > 16 ? `${stop.name.slice(0, 15)}…` : stop.name}</text>
              <text x={x + WIDTH / 2} y={35} class="kind">{stop.note}</text>
            </g>
          );
        })}
        {isDropped && <path class="end" d={`M${width - 60} ${HEIGHT / 2} h18 m10 -11 l22 22 m0 -22 l-22 22`} />}
      </svg>
    </div>
  );
}

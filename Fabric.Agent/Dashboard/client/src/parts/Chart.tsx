import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { csvOf, fileOf, saveText } from "../save";

interface Series {
  name: string;
  values: (number | null)[];
  colour: string;
}

interface ChartProps {
  label: string;
  theme: string;
  times: number[];
  series: Series[];
  format: (value: number) => string;
}

const HEIGHT = 130;
/** Seconds that are shown at least. */
const WINDOW = 60;

const time = (seconds: number) => new Date(seconds * 1000).toLocaleTimeString("en-GB");

/** Lines over time; the last values stand below as a table, for who cannot see them. */
export function Chart({ label, theme, times, series, format }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  useEffect(() => {
    const style = getComputedStyle(place.current!);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    chart.current = new uPlot(
      {
        width: place.current!.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { range: (_, min, max) => [Math.min(min, max - WINDOW), max] }, y: { range: (_, __, max) => [0, Math.max(max * 1.15, 1)] } },
        series: [{}, ...series.map((one) => ({ label: one.name, stroke: colour(one.colour), width: 1.75, points: { show: false } }))],
        axes: [{ ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map(time) }, { ...axis, size: 68, values: (_, ticks) => ticks.map(format) }],
      },
      [[], ...series.map(() => [])] as unknown as uPlot.AlignedData,
      place.current!,
    );
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: place.current!.clientWidth, height: HEIGHT }));
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme]);
  useEffect(() => {
    chart.current?.setData([times, ...series.map((one) => one.values)] as unknown as uPlot.AlignedData);
  }, [times[times.length - 1], theme]);
  const rows = () =>
    times.map((moment, place) => ({
      time: new Date(moment * 1000).toISOString(),
      ...Object.fromEntries(series.map((one) => [one.name, one.values[place] ?? null])),
    }));
  return (
    <figure class="chart">
      <div ref={place} aria-hidden="true" />
      <figcaption>
        <span class="hidden">{label}, now: </span>
        {series.map((one) => {
          const last = one.values[one.values.length - 1];
          return (
            <span key={one.name} class={`key ${one.colour}`}>
              {one.name} <b>{last === null || last === undefined ? "–" : format(last)}</b>
            </span>
          );
        })}
      </figcaption>
      <p class="files">
        <button class="quiet" aria-label={`Save ${label} as CSV`} onClick={() => saveText(fileOf(label, "csv"), csvOf(["time", ...series.map((one) => one.name)], rows()), "text/csv")}>CSV</button>
        <button class="quiet" aria-label={`Save ${label} as JSON`} onClick={() => saveText(fileOf(label, "json"), JSON.stringify(rows(), null, 2), "application/json")}>JSON</button>
      </p>
    </figure>
  );
}

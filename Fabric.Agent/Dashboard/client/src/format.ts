const number = new Intl.NumberFormat("en");

export const count = (value: unknown): string => (typeof value === "number" ? number.format(value) : value === null || value === undefined ? "–" : String(value));

function scaled(value: number, units: string[], step: number): string {
  let unit = 0;
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export const bytes = (value: number): string => scaled(value, ["B", "kB", "MB", "GB", "TB"], 1000);
export const bits = (bytesPerSecond: number): string => scaled(bytesPerSecond * 8, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"], 1000);
export const rate = (perSecond: number): string => `${perSecond < 10 ? perSecond.toFixed(1) : number.format(Math.round(perSecond))}/s`;

export function span(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} days`;
}

export const ago = (time: string): string => `${span((Date.now() - Date.parse(time)) / 1000)} ago`;

/** A word as a shell takes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const clock = (time: string | number): string =>
  new Date(time).toLocaleString("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

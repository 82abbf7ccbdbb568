import { clock, count, span } from "../format";
import { isStale, type Live, useLive } from "../live";
import { pages } from "../pages";
import { Link } from "./Link";
import { Search } from "./Search";

const themes = ["system", "light", "dark"];

/** How old is what one sees; silence is told, never an old picture shown as new. */
function Liveness() {
  const live = useLive();
  if (live.state === "connecting" || !live.pulse) return <span class="live off">connecting…</span>;
  const behind = Number(live.pulse.status.behind_s ?? 0);
  if (!isStale() && behind > 5) return <span class="live lost">live, but {span(behind)} behind other hosts</span>;
  if (!isStale()) return <span class="live">live</span>;
  return <span class="live lost">no answer for {span((Date.now() - live.heard) / 1000)}</span>;
}

interface TopProps {
  live: Live;
  theme: string;
  onTheme: (theme: string) => void;
  onHelp: () => void;
}

/** What stands above every page: who tells it, and whether that is new. */
export function Top({ live, theme, onTheme, onHelp }: TopProps) {
  return (
    <header class="top">
      <Link to="/" class="brand" label="Fabric, the network">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><rect width="32" height="32" rx="7" class="logo" /><path d="M8 9h16M8 16h11M8 23h6M8 9v14M24 9v7a4 4 0 0 1-4 4" class="mark" /></svg>
        Fabric
      </Link>
      <Search />
      <span class="spring" />
      {live.pulse && <span class="note" title={clock(live.heard)}>host {live.pulse.status.host}, position {count(live.pulse.status.position)}</span>}
      <Liveness />
      <label class="theme">
        <span class="hidden">Theme</span>
        <select value={theme} onChange={(event) => onTheme(event.currentTarget.value)}>
          {themes.map((known) => <option key={known}>{known}</option>)}
        </select>
      </label>
      <button class="icon" aria-label="Help: the keys" onClick={onHelp}>?</button>
    </header>
  );
}

/** The pages, and how many alarms nobody has taken note of. */
export function Rail({ path, alarms }: { path: string; alarms: number }) {
  return (
    <nav class="rail" aria-label="Pages">
      {pages.map(([to, name, key]) => (
        <Link key={to} to={to} current={path === to} class={to === "/alarms" && alarms > 0 ? "alarming" : ""}>
          {name}
          {to === "/alarms" && alarms > 0 ? <span class="badge">{alarms}</span> : key && <kbd aria-hidden="true">{key}</kbd>}
        </Link>
      ))}
    </nav>
  );
}

/** What is seen without the token. */
export function Door() {
  return (
    <main class="door">
      <h1>Fabric</h1>
      <p>This page needs the token of the <code>fabric dashboard</code> that serves it, and has none, or an old one.</p>
      <p>Open the whole address that the command prints, with all that stands behind the <code>#</code>.</p>
    </main>
  );
}

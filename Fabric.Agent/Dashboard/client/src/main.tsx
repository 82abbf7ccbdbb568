import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, hasToken, takeToken } from "./api";
import { clock, count, span } from "./format";
import { current, isStale, startWatching, useLive } from "./live";
import { AlarmsPage } from "./pages/AlarmsPage";
import { ChangePage } from "./pages/ChangePage";
import { ClusterPage } from "./pages/ClusterPage";
import { DevicePage } from "./pages/DevicePage";
import { DevicesPage } from "./pages/DevicesPage";
import { EventsPage } from "./pages/EventsPage";
import { FlowsPage } from "./pages/FlowsPage";
import { NetworkPage } from "./pages/NetworkPage";
import { TracePage } from "./pages/TracePage";
import { Help } from "./parts/Help";
import { Link } from "./parts/Link";
import { Search } from "./parts/Search";
import { TimeBar } from "./parts/TimeBar";
import { change, go, useRoute } from "./route";
import "./style.css";

const pages: [string, string, string][] = [
  ["/", "Network", "n"],
  ["/devices", "Devices", "d"],
  ["/flows", "Flows", "f"],
  ["/trace", "Trace", "t"],
  ["/cluster", "Cluster", "c"],
  ["/events", "Events", "e"],
  ["/alarms", "Alarms", "a"],
  ["/change", "Change", ""],
];
const themes = ["system", "light", "dark"];
/** Pages that show the network as it was. */
const timed = (path: string) => path === "/" || path === "/devices" || path === "/trace" || path.split("/").length > 2;

function Page({ theme, allowsChanges }: { theme: string; allowsChanges: boolean }) {
  const { path } = useRoute();
  const [, kind, ...name] = path.split("/");
  if (path === "/") return <NetworkPage theme={theme} />;
  if (path === "/devices") return <DevicesPage />;
  if (path === "/flows") return <FlowsPage />;
  if (path === "/trace") return <TracePage />;
  if (path === "/cluster") return <ClusterPage theme={theme} />;
  if (path === "/events") return <EventsPage />;
  if (path === "/alarms") return <AlarmsPage allowsChanges={allowsChanges} />;
  if (path === "/change") return <ChangePage allowsChanges={allowsChanges} />;
  if (name.length > 0) return <DevicePage kind={kind!} name={name.join("/")} theme={theme} key={path} />;
  return (
    <p class="empty">
      There is no page {path}. <Link to="/">The network</Link>
    </p>
  );
}

/** Moves the focus a row on or back; Enter opens what is in the row. */
function moveRow(by: number): void {
  const opens = "a, summary, button";
  const rows = [...document.querySelectorAll<HTMLElement>("main tbody tr, main ol > li")].filter((row) => row.querySelector(opens));
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by;
  rows[next]?.querySelector<HTMLElement>(opens)?.focus();
}

/** How old is what one sees; silence is told, never an old picture shown as new. */
function Liveness() {
  const live = useLive();
  if (live.state === "connecting" || !live.pulse) return <span class="live off">connecting…</span>;
  const behind = Number(live.pulse.status.behind_s ?? 0);
  if (!isStale() && behind > 5) return <span class="live lost">live, but {span(behind)} behind other hosts</span>;
  if (!isStale()) return <span class="live">live</span>;
  return <span class="live lost">no answer for {span((Date.now() - live.heard) / 1000)}</span>;
}

function App() {
  const live = useLive();
  const { path, query } = useRoute();
  const [theme, setTheme] = useState(localStorage.getItem("fabric-theme") ?? "system");
  const [isHelp, setHelp] = useState(false);
  const [allowsChanges, setAllows] = useState(false);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("fabric-theme", theme);
  }, [theme]);
  useEffect(() => {
    get("/session")
      .then((session) => setAllows(session.allows_changes))
      .catch(() => {});
  }, []);
  useEffect(() => {
    const name = pages.find(([known]) => known === path)?.[1] ?? path.slice(1);
    document.title = `${name} – Fabric`;
  }, [path]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A dialog has the keys to itself.
      if (document.querySelector("dialog[open]")) return;
      const target = event.target as HTMLElement;
      const isTyping = ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey || (isTyping && (target as HTMLInputElement).type !== "range")) return;
      const zoom = (what: string) => () => dispatchEvent(new CustomEvent("fabric-zoom", { detail: what }));
      const at = Number(query.at ?? current().pulse?.status.position ?? 0);
      const step = (by: number) => () => timed(path) && change({ at: at + by >= (current().pulse?.status.position ?? 0) ? null : Math.max(0, at + by) });
      const deeds: Record<string, () => void> = {
        "?": () => setHelp(true),
        "/": () => dispatchEvent(new Event("fabric-search")),
        "[": step(-1),
        "]": step(1),
        "+": zoom("in"),
        "-": zoom("out"),
        "0": zoom("fit"),
        g: () => go("/"),
        j: () => moveRow(1),
        k: () => moveRow(-1),
        o: () => path === "/" && change({ tree: query.tree === "1" ? null : 1 }),
        x: () => path === "/trace" && change({ text: query.text === "1" ? null : 1 }),
        Escape: () => path === "/" && change({ sel: null }),
        ...Object.fromEntries(pages.filter(([, , key]) => key).map(([to, , key]) => [key, () => go(to)])),
      };
      const deed = deeds[event.key];
      if (!deed) return;
      event.preventDefault();
      deed();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [path, query.tree, query.text, query.at]);

  if (!hasToken() || live.state === "refused")
    return (
      <main class="door">
        <h1>Fabric</h1>
        <p>This page needs the token of the <code>fabric dashboard</code> that serves it, and has none, or an old one.</p>
        <p>Open the whole address that the command prints, with all that stands behind the <code>#</code>.</p>
      </main>
    );
  const alarms: number = live.pulse?.alarms.filter((alarm: { acknowledged: unknown }) => !alarm.acknowledged).length ?? 0;
  const stale = live.pulse !== null && isStale();
  return (
    <div class={`shell ${stale ? "stale" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>To the page</a>
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
          <select value={theme} onChange={(event) => setTheme(event.currentTarget.value)}>
            {themes.map((known) => <option key={known}>{known}</option>)}
          </select>
        </label>
        <button class="icon" aria-label="Help: the keys" onClick={() => setHelp(true)}>?</button>
      </header>
      <nav class="rail" aria-label="Pages">
        {pages.map(([to, name, key]) => (
          <Link key={to} to={to} current={path === to} class={to === "/alarms" && alarms > 0 ? "alarming" : ""}>
            {name}
            {to === "/alarms" && alarms > 0 ? <span class="badge">{alarms}</span> : key && <kbd aria-hidden="true">{key}</kbd>}
          </Link>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {stale && (
          <p class="banner" role="alert">
            The agent has not answered for {span((Date.now() - live.heard) / 1000)} ({live.why || "no pulse came"}). What you see is of {clock(live.heard)}.
          </p>
        )}
        <Page theme={theme} allowsChanges={allowsChanges} />
      </main>
      {timed(path) && <TimeBar />}
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

takeToken();
// A wrong token is found out by the first call: what is asked first need not wait for that.
if (hasToken()) startWatching();
render(<App />, document.getElementById("app")!);

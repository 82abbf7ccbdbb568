import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, hasToken, takeToken } from "./api";
import { clock, span } from "./format";
import { useKeys } from "./keys";
import { isStale, startWatching, useLive } from "./live";
import { isTimed, pages } from "./pages";
import { AlarmsPage } from "./pages/AlarmsPage";
import { ChangePage } from "./pages/ChangePage";
import { ClusterPage } from "./pages/ClusterPage";
import { DevicePage } from "./pages/DevicePage";
import { DevicesPage } from "./pages/DevicesPage";
import { EventsPage } from "./pages/EventsPage";
import { FlowsPage } from "./pages/FlowsPage";
import { NetworkPage } from "./pages/NetworkPage";
import { TracePage } from "./pages/TracePage";
import { Door, Rail, Top } from "./parts/Frame";
import { Help } from "./parts/Help";
import { Link } from "./parts/Link";
import { TimeBar } from "./parts/TimeBar";
import { useRoute } from "./route";
import "./style.css";

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

/** The theme that is chosen, kept by the browser. */
function useTheme(): [string, (theme: string) => void] {
  const [theme, setTheme] = useState(localStorage.getItem("fabric-theme") ?? "system");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("fabric-theme", theme);
  }, [theme]);
  return [theme, setTheme];
}

function App() {
  const live = useLive();
  const route = useRoute();
  const { path } = route;
  const [theme, setTheme] = useTheme();
  const [isHelp, setHelp] = useState(false);
  const [allowsChanges, setAllows] = useState(false);
  useEffect(() => {
    get("/session")
      .then((session) => setAllows(session.allows_changes))
      .catch(() => {});
  }, []);
  useEffect(() => {
    const name = pages.find(([known]) => known === path)?.[1] ?? path.slice(1);
    document.title = `${name} – Fabric`;
  }, [path]);
  useKeys(route, () => setHelp(true));

  if (!hasToken() || live.state === "refused") return <Door />;
  const alarms: number = live.pulse?.alarms.filter((alarm: { acknowledged: unknown }) => !alarm.acknowledged).length ?? 0;
  const stale = live.pulse !== null && isStale();
  return (
    <div class={`shell ${stale ? "stale" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>To the page</a>
      <Top live={live} theme={theme} onTheme={setTheme} onHelp={() => setHelp(true)} />
      <Rail path={path} alarms={alarms} />
      <main id="main" tabIndex={-1}>
        {stale && (
          <p class="banner" role="alert">
            The agent has not answered for {span((Date.now() - live.heard) / 1000)} ({live.why || "no pulse came"}). What you see is of {clock(live.heard)}.
          </p>
        )}
        <Page theme={theme} allowsChanges={allowsChanges} />
      </main>
      {isTimed(path) && <TimeBar />}
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

takeToken();
// A wrong token is found out by the first call: what is asked first need not wait for that.
if (hasToken()) startWatching();
render(<App />, document.getElementById("app")!);

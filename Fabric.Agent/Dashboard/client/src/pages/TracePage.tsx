import { useEffect, useState } from "preact/hooks";
import { post, postText, query, type Json } from "../api";
import { useLive } from "../live";
import { Ask } from "../parts/Ask";
import { Command } from "../parts/Command";
import { Link } from "../parts/Link";
import { Panel } from "../parts/Panel";
import { Past } from "../parts/Past";
import { PathPicture } from "../parts/PathPicture";
import { Sentence } from "../parts/Sentence";
import { Verdict } from "../parts/Verdict";
import { change, pageOf, useRoute } from "../route";
import { fileOf, saveText } from "../save";

/** What the network does to a packet, step by step; the address repeats it. */
export function TracePage() {
  const { query: q } = useRoute();
  const position = useLive().pulse?.status.position;
  const [report, setReport] = useState<Json | null>(null);
  const [text, setText] = useState(q.p ?? "");
  useEffect(() => {
    setText(q.p ?? "");
    if (!q.p) return setReport(null);
    const abort = new AbortController();
    post(query("/v1/trace", { at: q.at }), q.p, abort.signal)
      .then(setReport)
      .catch((failure: Error) => !abort.signal.aborted && setReport({ error: { message: failure.message, remedy: "" } }));
    return () => abort.abort();
  }, [q.p, q.at, q.at ? 0 : position]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change({ p: text }, true);
  };
  return (
    <div class="page">
      <header class="title">
        <h1>Trace</h1>
        <span class="note">what becomes of a packet, and why; nothing is sent</span>
      </header>
      <Panel title="The packet">
        <Ask label="Make a packet" packet={q.p} key={q.p ?? ""} onAsk={(packet) => change({ p: packet }, true)} />
        <form class="line" onSubmit={submit} aria-label="The packet as text">
          <label for="packet" class="grow">
            <span>As text</span>
            <input id="packet" class="code" value={text} spellcheck={false} placeholder="in_port=web1,tcp,nw_dst=10.2.0.11,tp_dst=80" onInput={(event) => setText(event.currentTarget.value)} />
          </label>
          <button type="submit">Trace</button>
        </form>
      </Panel>
      <Past at={q.at} then={`: a packet is traced through what was described at position ${q.at}, and nothing else is known of then.`} />
      {report && <Verdict report={report} hasLink={false} at={q.at} />}
      {report && !report.error && <Report report={report} isText={q.text === "1"} at={q.at} />}
    </div>
  );
}

/** The trace that is seen as `fabric trace` prints it: by the agent, so that there is one text, and of the record, or it would be another trace with the facts of now. */
const textOf = (report: Json, at?: string, signal?: AbortSignal): Promise<string> => postText(query("/v1/trace", { at, form: "text" }), JSON.stringify(report), signal);

/** Saves what is seen as a file. */
function SaveTrace({ report, at }: { report: Json; at?: string }) {
  const [error, setError] = useState("");
  const name = (suffix: string) => fileOf(`trace of ${report.in_port}${at ? ` at ${at}` : ""}`, suffix);
  const text = () =>
    textOf(report, at)
      .then((text) => saveText(name("txt"), text, "text/plain"))
      .catch((failure: Error) => setError(failure.message));
  return (
    <>
      <button class="quiet" aria-label="Save the trace as JSON" onClick={() => saveText(name("json"), JSON.stringify(report, null, 2), "application/json")}>JSON</button>
      <button class="quiet" aria-label="Save the trace as text" onClick={text}>Text</button>
      {error && <span role="alert">{error}</span>}
    </>
  );
}

function AsText({ report, at }: { report: Json; at?: string }) {
  const [text, setText] = useState("Reading…");
  useEffect(() => {
    const abort = new AbortController();
    textOf(report, at, abort.signal)
      .then(setText)
      .catch((failure: Error) => !abort.signal.aborted && setText(failure.message));
    return () => abort.abort();
  }, [report, at]);
  return <pre class="report" tabIndex={0}>{text}</pre>;
}

function Report({ report, isText, at }: { report: Json; isText: boolean; at?: string }) {
  return (
    <>
      <Panel
        title="Its way"
        note={
          <>
            <button class="quiet" aria-pressed={isText} onClick={() => change({ text: isText ? null : 1 })}>
              as text <kbd>x</kbd>
            </button>
            <SaveTrace report={report} at={at} />
          </>
        }
      >
        {isText ? <AsText report={report} at={at} /> : <Hops report={report} at={at} />}
      </Panel>
      <Panel title="What else stands for it" note={report.cacheable ? "one flow for all packets like it" : "decided anew for each packet"}>
        <dl class="facts wide">
          <div>
            <dt>flow</dt>
            <dd><code class="long">{report.mask}</code></dd>
          </div>
          <div>
            <dt>actions</dt>
            <dd>{report.actions.length === 0 ? "drop" : report.actions.map((action: string, place: number) => <code key={place}>{action} </code>)}</dd>
          </div>
          <div>
            <dt>decided at</dt>
            <dd>{report.host ? `host ${report.host}, where it comes in` : "no host: the port is not bound"}; position {report.position}</dd>
          </div>
        </dl>
      </Panel>
      <Command text={report.command} label={at ? "The same packet now, by the command line" : undefined} />
    </>
  );
}

function Hops({ report, at }: { report: Json; at?: string }) {
  return (
    <>
      <PathPicture report={report} />
      <ol class="hops" aria-label="Steps">
        {report.hops.map((hop: Json, place: number) => (
          <li key={place} class={hop.kind}>
            <span class="where">{hop.device ? <Link to={pageOf(hop.device, at)}>{hop.name}</Link> : hop.name}</span>
            <div>
              <Sentence text={hop.text} />
              {hop.host && hop.kind === "output" && <span class="tag">host {hop.host}</span>}
              {hop.changed.length > 0 && (
                <ul class="fields" aria-label="Changed headers">
                  {hop.changed.map((field: Json) => (
                    <li key={field.field}>
                      <code>{field.field}</code> {field.before ?? "none"} → <b>{field.after ?? "none"}</b>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

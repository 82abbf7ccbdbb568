import { useEffect, useState } from "preact/hooks";
import { get, post, query, type Json } from "../api";
import { Command } from "../parts/Command";
import { Link } from "../parts/Link";
import { Panel, Trouble } from "../parts/Panel";
import { eventOf, useRoute } from "../route";

/** A change as fabric.yaml: what it would do is shown first, and the command that does the same. */
export function ChangePage({ allowsChanges }: { allowsChanges: boolean }) {
  const { query: q } = useRoute();
  const [text, setText] = useState("fabric: v1\ntenants:\n");
  const [reason, setReason] = useState("");
  const [plan, setPlan] = useState<Json | null>(null);
  const [done, setDone] = useState<Json | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    if (!q.chain) return;
    get(query("/v1/device", { kind: "chain", name: q.chain }))
      .then((page) => setText(page.description))
      .catch((failure: Error) => setError(failure.message));
  }, [q.chain]);
  const run = async (work: () => Promise<void>) => {
    try {
      setError("");
      await work();
    } catch (failure) {
      setError((failure as Error).message);
    }
  };
  const preview = () =>
    run(async () => {
      setDone(null);
      setPlan(await post("/v1/plan", text));
    });
  const apply = () =>
    run(async () => {
      setDone(await post(query("/v1/apply", { reason }), text));
      setPlan(null);
    });
  const isReady = plan !== null && plan.changes !== null && plan.changes.items.length > 0;
  return (
    <div class="page">
      <header class="title">
        <h1>Change</h1>
        <span class="note">a piece of fabric.yaml; what it does not name stays as it is</span>
      </header>
      <div class="columns even">
        <Panel title={q.chain ? `Chain ${q.chain}` : "Description"}>
          <textarea aria-label="Description" class="code" rows={18} spellcheck={false} value={text} onInput={(event) => { setText(event.currentTarget.value); setPlan(null); }} />
          <div class="line">
            <button onClick={preview}>Preview</button>
            <input class="grow" aria-label="Why" placeholder="why, for the journal" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
            <button class="danger" disabled={!allowsChanges || !isReady} onClick={apply}>Apply</button>
          </div>
          {!allowsChanges && <p class="empty">This dashboard only looks. Run the command that the preview shows, or begin with <code>fabric dashboard --allow-changes</code>.</p>}
          {error && <Trouble error={error} />}
        </Panel>
        <Panel title="What would change" note={plan?.words}>
          {!plan && !done && <p class="empty">The preview shows the difference before anything happens, and the command that repeats it.</p>}
          {plan?.problems.map((problem: string) => <pre key={problem} class="trouble" role="alert">{problem}</pre>)}
          {plan && plan.diff.length > 0 && (
            <pre class="diff" tabIndex={0} aria-label="Difference">
              {plan.diff.map((line: string, place: number) => (
                <span key={place} class={line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : line.startsWith("@") ? "at" : ""}>{line}{"\n"}</span>
              ))}
            </pre>
          )}
          {plan?.command && isReady && <Command text={plan.command} />}
          {done && (done.problem
            ? <pre class="trouble" role="alert">{done.problem}</pre>
            : <p class="empty good" role="status">{done.events === 0 ? "There was nothing to change." : <>Stored at <Link to={eventOf(done.position)}>position {done.position}</Link>.</>}</p>)}
        </Panel>
      </div>
    </div>
  );
}

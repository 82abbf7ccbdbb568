import { useEffect, useRef } from "preact/hooks";

const keys: [string, string][] = [
  ["?", "this help"],
  ["/", "search"],
  ["n or g", "network"],
  ["d", "devices"],
  ["f", "flows"],
  ["t", "trace"],
  ["c", "cluster"],
  ["e", "events"],
  ["a", "alarms"],
  ["j and k", "one row down, one up; Enter opens it"],
  ["o", "the outline of the map: a tree for keys"],
  ["[ and ]", "one change back, one forward"],
  ["+ − 0", "zoom the map in, out, fit it"],
  ["x", "a trace as text"],
  ["Esc", "select nothing, close"],
];

/** The keys. */
export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl class="facts">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button onClick={() => dialog.current?.close()}>Close</button>
    </dialog>
  );
}

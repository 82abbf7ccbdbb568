import { useState } from "preact/hooks";
import { query } from "../api";
import { save, saveAnswer } from "../save";

/** Saves the map: all of it as a picture, a chart or data, or as it is seen just now. */
export function SaveMap({ at }: { at?: string }) {
  const [error, setError] = useState("");
  const name = `network${at ? `-${at}` : ""}`;
  const run = (form: string, suffix: string, type: string) => {
    setError("");
    saveAnswer(`${name}.${suffix}`, query("/v1/map", { at, form }), type).catch((failure: Error) => setError(failure.message));
  };
  const picture = () => {
    const map = document.querySelector<HTMLCanvasElement>("canvas.map");
    const copy = document.createElement("canvas");
    const context = copy.getContext("2d");
    if (!map || !context) return;
    [copy.width, copy.height] = [map.width, map.height];
    // The map itself has no ground: the page's is behind it.
    context.fillStyle = getComputedStyle(map).getPropertyValue("--bg").trim();
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(map, 0, 0);
    copy.toBlob((content) => content && save(`${name}.png`, content));
  };
  return (
    <details class="save">
      <summary class="button">Save</summary>
      <div role="group" aria-label="Save the map as">
        <button onClick={() => run("svg", "svg", "image/svg+xml")}>SVG</button>
        <button onClick={picture}>PNG, as seen</button>
        <button onClick={() => run("mermaid", "mmd", "text/plain")}>Mermaid</button>
        <button onClick={() => run("json", "json", "application/json")}>JSON</button>
      </div>
      {error && <p role="alert">{error}</p>}
    </details>
  );
}

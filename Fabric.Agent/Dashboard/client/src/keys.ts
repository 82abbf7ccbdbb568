// What keys do, on every page.

import { useEffect } from "preact/hooks";
import { current } from "./live";
import { isTimed, pages } from "./pages";
import { change, go, type Route } from "./route";

/** Moves the focus a row on or back; Enter opens what is in the row. */
function moveRow(by: number): void {
  const opens = "a, summary, button";
  const rows = [...document.querySelectorAll<HTMLElement>("main tbody tr, main ol > li")].filter((row) => row.querySelector(opens));
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by;
  rows[next]?.querySelector<HTMLElement>(opens)?.focus();
}

const zoom = (what: string) => () => dispatchEvent(new CustomEvent("fabric-zoom", { detail: what }));

/** What each key does on a page. */
function deedsOf({ path, query }: Route, showHelp: () => void): Record<string, () => void> {
  const newest = () => current().pulse?.status.position ?? 0;
  const at = Number(query.at ?? newest());
  const step = (by: number) => () => isTimed(path) && change({ at: at + by >= newest() ? null : Math.max(0, at + by) });
  return {
    "?": showHelp,
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
}

/** Listens to keys while nobody types, and no dialog has them to itself. */
export function useKeys(route: Route, showHelp: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]")) return;
      const target = event.target as HTMLElement;
      const isTyping = ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey || (isTyping && (target as HTMLInputElement).type !== "range")) return;
      const deed = deedsOf(route, showHelp)[event.key];
      if (!deed) return;
      event.preventDefault();
      deed();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [route.path, route.query.tree, route.query.text, route.query.at]);
}

// The address holds everything that is seen: page, selection, filters, time. Opened elsewhere it shows the same.

import { useEffect, useState } from "preact/hooks";
import { query } from "./api";

export interface Route {
  path: string;
  query: Record<string, string>;
}

const read = (): Route => ({
  path: decodeURIComponent(location.pathname),
  query: Object.fromEntries(new URLSearchParams(location.search)),
});

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

export function go(path: string, values: Record<string, string | number | null | undefined> = {}): void {
  history.pushState(null, "", query(path, values));
  scrollTo(0, 0);
  tell();
}

/** Changes the query of the page that is shown; null takes a value away. */
export function change(values: Record<string, string | number | null | undefined>, isNew = false): void {
  const route = read();
  const address = query(location.pathname, { ...route.query, ...values });
  if (isNew) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  tell();
}

export function useRoute(): Route {
  const [route, set] = useState(read);
  useEffect(() => {
    const listener = () => set(read());
    listeners.add(listener);
    addEventListener("popstate", listener);
    return () => {
      listeners.delete(listener);
      removeEventListener("popstate", listener);
    };
  }, []);
  return route;
}

/** The page of a device, with the time that is looked at. */
export const pageOf = (to: string, at?: string): string => query(`/${to}`, { at });

/** An entry of the journal among those before it, with the time that is looked at. */
export const eventOf = (position: number, at?: string): string => query("/events", { before: position + 1, open: position, at });

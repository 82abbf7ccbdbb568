// What the agent tells once a second, and what was heard since the page was opened.

import { useEffect, useState } from "preact/hooks";
import { type Heard, waited } from "./age";
import { ApiError, type Json, watch } from "./api";

/** Samples that are kept: fifteen minutes of seconds. */
const KEPT = 900;
const RETRY_MS = 1000;
/** Without a pulse for so long what is shown is old. */
export const STALE_MS = 4000;

export interface Sample extends Heard {
  time: number;
  status: Json;
  ports: Record<string, number[]>;
}

export interface Live {
  state: "connecting" | "live" | "lost" | "refused";
  why: string;
  pulse: Json | null;
  /** When what is shown was so, by this page's clock: when the last pulse came, less what it has waited on its way. */
  heard: number;
  samples: Sample[];
}

let live: Live = { state: "connecting", why: "", pulse: null, heard: 0, samples: [] };
const listeners = new Set<() => void>();
let abort: AbortController | null = null;

function publish(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

function hear(pulse: Json): void {
  const sample = { time: pulse.time / 1000, came: performance.now(), made: pulse.time, status: pulse.status, ports: pulse.ports };
  // One that has waited in a buffer on its way is no younger than one that nothing came after.
  const age = waited(sample, live.samples);
  const why = age > STALE_MS ? "what it tells comes late" : "";
  publish({ state: "live", why, pulse, heard: Date.now() - age, samples: [...live.samples.slice(1 - KEPT), sample] });
}

async function run(own: AbortController): Promise<void> {
  while (!own.signal.aborted) {
    try {
      await watch("/v1/watch", own.signal, hear);
      publish({ state: "lost", why: "the agent has ended the connection" });
    } catch (failure) {
      if (own.signal.aborted) return;
      const refused = failure instanceof ApiError && failure.status === 401;
      publish({ state: refused ? "refused" : "lost", why: failure instanceof ApiError ? failure.message : "`fabric dashboard` has ended" });
      if (refused) return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Watches while the page is seen: one that nobody looks at costs the agent nothing. */
export function startWatching(): void {
  const follow = () => {
    abort?.abort();
    abort = null;
    if (document.hidden) return;
    abort = new AbortController();
    void run(abort);
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

export const current = (): Live => live;

/** The newest pulse, and whether it is new. */
export function useLive(): Live {
  const [, turn] = useState(0);
  useEffect(() => {
    const listener = () => turn((n) => n + 1);
    listeners.add(listener);
    const timer = setInterval(listener, 1000);
    return () => {
      listeners.delete(listener);
      clearInterval(timer);
    };
  }, []);
  return live;
}

export const isStale = (): boolean => live.state !== "live" || Date.now() - live.heard > STALE_MS;

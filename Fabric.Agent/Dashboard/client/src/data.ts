import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Json } from "./api";
import { useLive } from "./live";

export interface Data {
  data: Json | null;
  error: string | null;
  isLoading: boolean;
}

/** What a path answers: again when the path changes, when the journal has gone on, and every so many seconds. */
export function useData(path: string | null, everySeconds = 0): Data {
  const [state, set] = useState<Data & { path: string | null }>({ data: null, error: null, isLoading: true, path: null });
  const position: number | undefined = useLive().pulse?.status.position;
  const isPast = path?.includes("at=") ?? false;
  // What the first pulse tells is no news: what is being read then is as young as it, or else says its own position below.
  const first = useRef<number | undefined>(undefined);
  const wanted = useRef(0);
  if (position !== undefined && !isPast) {
    first.current ??= position;
    const isBehind = state.path === path && (state.data?.position ?? position) < position;
    if (position !== first.current || wanted.current !== 0 || isBehind) wanted.current = position;
  }
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    const load = async () => {
      try {
        const data = await get(path, abort.signal);
        set({ data, error: null, isLoading: false, path });
      } catch (failure) {
        if (!abort.signal.aborted)
          set((old) => ({ data: old.path === path ? old.data : null, error: (failure as Error).message, isLoading: false, path }));
      }
    };
    void load();
    const timer = everySeconds > 0 ? setInterval(load, everySeconds * 1000) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [path, everySeconds, wanted.current]);
  return state.path === path ? state : { data: state.data, error: null, isLoading: true };
}

// Rates of counters: the difference of two answers, host by host, for one that falls silent is no traffic that goes away.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { query, type Json } from "./api";
import { useData } from "./data";
import { useLive } from "./live";

/** What is carried a second. */
export interface Rate {
  packets: number;
  bytes: number;
}

/** Counters of a thing at a host, and when it told them. */
interface Told extends Rate {
  time: number;
  rate: Rate;
}

/** The time between two questions of the map to other hosts. */
const EVERY_SECONDS = 3;
/** Samples that are kept: fifteen minutes of seconds. */
export const KEPT = 900;
/** Nothing is known, as of the past. */
export const noRates: Record<string, number> = {};

/** Remembers what hosts have told, to tell what came between. */
class Counters {
  private told = new Map<string, Told>();

  constructor(private readonly everySeconds: number) {}

  /** Rates by thing, of all hosts together; nothing of a host that answers no more. Of a thing that is told for the first time there is no rate yet. */
  hear(data: Json, countersOf: (item: Json) => (Rate & { thing: string }) | null): Map<string, Rate> {
    const now = performance.now() / 1000;
    const ages = new Map<string, number>(data.hosts.filter((host: Json) => host.age_s !== null).map((host: Json) => [host.name, host.age_s]));
    const next = new Map<string, Told>();
    const rates = new Map<string, Rate>();
    for (const item of data.items) {
      const counters = countersOf(item);
      const age = ages.get(item.host);
      if (!counters || age === undefined || age > 2 * this.everySeconds) continue;
      const key = `${item.host} ${counters.thing}`;
      const told = this.between(this.told.get(key), counters, now - age);
      next.set(key, told);
      const sum = rates.get(counters.thing) ?? { packets: 0, bytes: 0 };
      rates.set(counters.thing, { packets: sum.packets + told.rate.packets, bytes: sum.bytes + told.rate.bytes });
    }
    this.told = next;
    return rates;
  }

  private between(old: Told | undefined, { packets, bytes }: Rate, time: number): Told {
    if (!old) return { time, packets, bytes, rate: { packets: 0, bytes: 0 } };
    const seconds = time - old.time;
    // One answer serves all who ask at about the same time.
    if (seconds < this.everySeconds / 4) return old;
    return { time, packets, bytes, rate: { packets: Math.max(0, packets - old.packets) / seconds, bytes: Math.max(0, bytes - old.bytes) / seconds } };
  }
}

/** Bytes a second of every port of the map: those of the host that answers by its pulse, those of others by asking. */
export function usePortRates(self: string | undefined, asksOthers: boolean): Record<string, number> {
  const own = useOwnRates();
  const counters = useRef(new Counters(EVERY_SECONDS));
  const { data } = useData(asksOthers ? "/v1/ports?host=all" : null, EVERY_SECONDS);
  const others = useMemo(() => {
    if (!data || !asksOthers) return noRates;
    const rates = counters.current.hear(data, (item) =>
      item.host === self || !item.port ? null : { thing: item.port, packets: item.rx_packets + item.tx_packets, bytes: item.rx_bytes + item.tx_bytes },
    );
    return Object.fromEntries([...rates].map(([port, rate]) => [port, rate.bytes]));
  }, [data, asksOthers]);
  return useMemo(() => ({ ...others, ...own }), [others, own]);
}

/** Bytes a second of every link between devices, by its ports, at all hosts together. */
export function useLinkRates(isWanted: boolean): Record<string, number> {
  const counters = useRef(new Counters(EVERY_SECONDS));
  const { data } = useData(isWanted ? query("/v1/carried", { kind: "link", host: "all" }) : null, EVERY_SECONDS);
  return useMemo(() => {
    if (!data || !isWanted) return noRates;
    const rates = counters.current.hear(data, (item) => ({ thing: item.name, packets: item.packets, bytes: item.bytes }));
    return Object.fromEntries([...rates].map(([link, rate]) => [link, rate.bytes]));
  }, [data, isWanted]);
}

/** Bytes a second of every port that is attached at the host that is asked. */
function useOwnRates(): Record<string, number> {
  const { samples } = useLive();
  const last = useRef<Record<string, number>>({});
  return useMemo(() => {
    const [before, now] = samples.slice(-2);
    if (!before || !now) return last.current;
    const seconds = Math.max(0.2, now.time - before.time);
    const rates: Record<string, number> = {};
    for (const [port, values] of Object.entries(now.ports)) {
      const old = before.ports[port];
      if (old) rates[port] = Math.max(0, values[1]! - old[1]! + values[3]! - old[3]!) / seconds;
    }
    last.current = rates;
    return rates;
  }, [samples[samples.length - 1]?.time]);
}

/** What a device carries at all hosts together, once a second while the page is seen. */
export interface Carried {
  times: number[];
  /** Packets a second; null for the first moment, which has none before. */
  packets: (number | null)[];
  total: Rate | null;
  hosts: Json[];
}

export function useCarried(kind: string, name: string): Carried {
  const { data } = useData(query("/v1/carried", { kind, name, host: "all" }), 1);
  const counters = useRef(new Counters(1));
  const [samples, set] = useState<{ time: number; packets: number | null }[]>([]);
  useEffect(() => {
    if (!data) return;
    const rate = counters.current.hear(data, (item) => ({ thing: name, packets: item.packets, bytes: item.bytes })).get(name);
    set((old) => [...old.slice(1 - KEPT), { time: Date.now() / 1000, packets: old.length === 0 ? null : (rate?.packets ?? null) }]);
  }, [data]);
  const sum = (key: "packets" | "bytes") => data!.items.reduce((all: number, item: Json) => all + item[key], 0);
  return {
    times: samples.map((sample) => sample.time),
    packets: samples.map((sample) => sample.packets),
    total: data ? { packets: sum("packets"), bytes: sum("bytes") } : null,
    hosts: data?.hosts ?? [],
  };
}

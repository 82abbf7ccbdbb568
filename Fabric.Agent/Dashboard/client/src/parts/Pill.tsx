import type { ComponentChildren } from "preact";

export type Tone = "good" | "bad" | "warn" | "off";

const marks: Record<Tone, string> = { good: "●", bad: "▲", warn: "◆", off: "○" };

/** A state in a word; its mark tells it apart without colour. */
export function Pill({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`pill ${tone}`}>
      <span aria-hidden="true">{marks[tone]}</span> {children}
    </span>
  );
}

export function toneOf(state: string): Tone {
  if (["up", "live", "ok", "delivered", "forward", "yes", "answered"].includes(state)) return "good";
  if (["down", "unreachable", "drop", "critical", "does not answer"].includes(state)) return "bad";
  if (["idle", "left", "admin down", "unbound"].includes(state)) return "off";
  return "warn";
}

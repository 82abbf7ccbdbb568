import type { ComponentChildren } from "preact";

interface PanelProps {
  title: string;
  note?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A part of a page with its heading. */
export function Panel({ title, note, class: style, children }: PanelProps) {
  return (
    <section class={`panel ${style ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {note && <span class="note">{note}</span>}
      </header>
      {children}
    </section>
  );
}

/** Why there is nothing: not the same as there being nothing. */
export function Trouble({ error }: { error: string }) {
  return (
    <p class="trouble" role="alert">
      This could not be read: {error}
    </p>
  );
}

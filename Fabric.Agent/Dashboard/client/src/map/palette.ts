// The colours of the page, for what is drawn on a canvas.

export interface Palette {
  text: string;
  muted: string;
  line: string;
  panel: string;
  raised: string;
  accent: string;
  tint: string;
  bad: string;
  warn: string;
  good: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of("text"),
    muted: of("muted"),
    line: of("line-strong"),
    panel: of("panel"),
    raised: of("raised"),
    accent: of("accent"),
    tint: of("tint"),
    bad: of("bad"),
    warn: of("warn"),
    good: of("good"),
  };
}

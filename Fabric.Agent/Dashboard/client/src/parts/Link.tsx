import type { ComponentChildren } from "preact";
import { go } from "../route";

interface LinkProps {
  to: string;
  class?: string;
  label?: string;
  current?: boolean;
  children: ComponentChildren;
}

/** A link within the pages; with Ctrl or the middle button it opens beside, as any other. */
export function Link({ to, children, class: style, label, current }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const [path = "/", search = ""] = to.split("?");
    go(path, Object.fromEntries(new URLSearchParams(search)));
  };
  return (
    <a href={to} class={style} aria-label={label} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}

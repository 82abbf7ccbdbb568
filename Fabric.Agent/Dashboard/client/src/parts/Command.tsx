import { useState } from "preact/hooks";

interface CommandProps {
  text: string;
  /** What it does, where that is not what the page does. */
  label?: string;
}

/** A command for a shell: what shows or does the same, or what the label says. */
export function Command({ text, label }: CommandProps) {
  const [isCopied, set] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    set(true);
    setTimeout(() => set(false), 1500);
  };
  return (
    <div class="command">
      {label && <span class="note">{label}</span>}
      <pre tabIndex={0} aria-label={label ?? "The same by the command line"}>{text}</pre>
      <button class="quiet" onClick={copy}>{isCopied ? "Copied" : "Copy"}</button>
    </div>
  );
}

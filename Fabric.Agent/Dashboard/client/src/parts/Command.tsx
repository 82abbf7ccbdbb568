import { useState } from "preact/hooks";

/** The command that shows or does the same from a shell. */
export function Command({ text }: { text: string }) {
  const [isCopied, set] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    set(true);
    setTimeout(() => set(false), 1500);
  };
  return (
    <div class="command">
      <pre tabIndex={0} aria-label="The same by the command line">{text}</pre>
      <button class="quiet" onClick={copy}>{isCopied ? "Copied" : "Copy"}</button>
    </div>
  );
}

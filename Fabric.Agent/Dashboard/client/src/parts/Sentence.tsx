/** A sentence of the agent: what stands between back quotes is a name. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {text.replaceAll(" -> ", " → ").split("`").map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
    </>
  );
}

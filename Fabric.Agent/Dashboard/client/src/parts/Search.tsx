import { useEffect, useRef, useState } from "preact/hooks";
import { get, query, type Json } from "../api";
import { go } from "../route";

const find = async (text: string, signal?: AbortSignal): Promise<Json[]> => (await get(query("/v1/search", { q: text, limit: 12 }), signal)).items;

/** Finds anything by name, address, MAC, interface, tunnel key, id or rule. */
export function Search() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ text: string; items: Json[] }>({ text: "", items: [] });
  const { items } = found;
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = () => box.current?.focus();
    addEventListener("fabric-search", focus);
    return () => removeEventListener("fabric-search", focus);
  }, []);
  useEffect(() => {
    setActive(0);
    if (text.trim() === "") return setFound({ text, items: [] });
    const abort = new AbortController();
    find(text, abort.signal)
      .then((items) => setFound({ text, items }))
      .catch(() => {});
    return () => abort.abort();
  }, [text]);
  const open = (item: Json | undefined) => {
    if (!item) return;
    setOpen(false);
    setText("");
    box.current?.blur();
    go(`/${item.to}`);
  };
  // What is listed may still be of what was typed before.
  const enter = async () => open(found.text === text ? items[active] : (await find(text))[0]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(items.length - 1, active + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
    else if (event.key === "Enter") void enter();
    else if (event.key === "Escape") {
      setOpen(false);
      box.current?.blur();
    } else return;
    event.preventDefault();
  };
  const isShown = isOpen && text.trim() !== "";
  return (
    <div class="search">
      <input
        ref={box}
        type="text"
        list={undefined}
        role="combobox"
        aria-label="Search"
        aria-expanded={isShown}
        aria-controls="found"
        aria-activedescendant={isShown && items[active] ? `found-${active}` : undefined}
        placeholder="Search name, IP, MAC, rule…   /"
        value={text}
        onInput={(event) => { setText(event.currentTarget.value); setOpen(true); }}
        onFocus={() => setOpen(true)}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
        onKeyDown={press}
      />
      <ul id="found" role="listbox" aria-label="Found" hidden={!isShown}>
        {items.map((item, place) => (
          <li key={item.to} id={`found-${place}`} role="option" aria-selected={place === active} onMouseDown={() => open(item)}>
            <span>{item.name}</span> <span class="note">{item.kind} {item.detail}</span>
          </li>
        ))}
        {items.length === 0 && <li role="option" aria-selected={false} aria-disabled="true" class="note">nothing is called so</li>}
      </ul>
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";
import { get, query, type Json } from "../api";

interface StationInputProps {
  id: string;
  label: string;
  value: string;
  placeholder: string;
  onInput: (value: string) => void;
}

/** Asks for a station: a port's name; while one types, those that begin so are offered. */
export function StationInput({ id, label, value, placeholder, onInput }: StationInputProps) {
  const [found, set] = useState<Json[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    get(query("/v1/search", { q: `kind:port ${value.split("/").pop() ?? ""}`, limit: 20 }), abort.signal)
      .then((answer) => set(answer.items.filter((item: Json) => item.station)))
      .catch(() => {});
    return () => abort.abort();
  }, [value]);
  return (
    <label for={id}>
      <span>{label}</span>
      <input
        id={id}
        list={`${id}-list`}
        value={value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <datalist id={`${id}-list`}>
        {found.map((item) => (
          <option value={item.name} key={item.name}>
            {item.detail}
          </option>
        ))}
      </datalist>
    </label>
  );
}

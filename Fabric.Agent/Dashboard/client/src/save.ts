// Saves what a page shows as a file, by the browser alone: nothing is asked that the page may not ask.

import { getText } from "./api";

/** Hands a file to the browser. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const saveText = (name: string, text: string, type: string): void => save(name, new Blob([text], { type }));

/** The name of a file for what has a name: one of a device holds a slash, which that of a file may not. */
export const fileOf = (name: string, suffix: string): string => `${name.replaceAll(/[ /:]+/g, "-")}.${suffix}`;

/** Saves what the agent answers. */
export async function saveAnswer(name: string, path: string, type: string): Promise<void> {
  saveText(name, await getText(path), type);
}

/** Rows as CSV (RFC 4180), with a line of headings. */
export function csvOf(columns: string[], items: Record<string, unknown>[]): string {
  const cell = (value: unknown) => {
    const text = value === null || value === undefined ? "" : Array.isArray(value) ? value.join(" ") : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.join(","), ...items.map((item) => columns.map((column) => cell(item[column])).join(","))].map((line) => `${line}\r\n`).join("");
}

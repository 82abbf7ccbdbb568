// Calls of the agent's API. The token came behind the # of the address, which no browser sends anywhere.

const KEY = "fabric-token";

export type Json = Record<string, any>;

export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Takes the token out of the address, so that an address that is passed on does not hold it. */
export function takeToken(): void {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (!token) return;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, "", location.pathname + location.search);
}

export const hasToken = (): boolean => sessionStorage.getItem(KEY) !== null;

const headers = (): HeadersInit => ({ Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` });

async function read(answer: Response): Promise<Json> {
  if (!answer.ok) throw new ApiError(answer.status, await answer.text());
  return (await answer.json()) as Json;
}

/** A path with what is not empty of a query. */
export function query(path: string, values: Record<string, string | number | null | undefined>): string {
  const parts = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return parts.length === 0 ? path : `${path}?${new URLSearchParams(parts.map(([key, value]) => [key, String(value)]))}`;
}

export const get = async (path: string, signal?: AbortSignal): Promise<Json> => read(await fetch(path, { headers: headers(), signal }));

export async function getText(path: string): Promise<string> {
  const answer = await fetch(path, { headers: headers() });
  if (!answer.ok) throw new ApiError(answer.status, await answer.text());
  return answer.text();
}

export async function postText(path: string, body: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(path, { method: "POST", headers: headers(), body, signal });
  if (!answer.ok) throw new ApiError(answer.status, await answer.text());
  return answer.text();
}

export const post = async (path: string, body: string, signal?: AbortSignal): Promise<Json> =>
  read(await fetch(path, { method: "POST", headers: headers(), body, signal }));

/** Reads server-sent events by hand: EventSource cannot send a token. */
export async function watch(path: string, signal: AbortSignal, hear: (data: Json) => void): Promise<void> {
  const answer = await fetch(path, { headers: headers(), signal });
  if (!answer.ok || !answer.body) throw new ApiError(answer.status, await answer.text());
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const line = text.slice(0, end).split("\n").find((part) => part.startsWith("data: "));
      text = text.slice(end + 2);
      if (line) hear(JSON.parse(line.slice(6)) as Json);
    }
  }
}

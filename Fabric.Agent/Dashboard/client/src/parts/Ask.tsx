import { useState } from "preact/hooks";
import { get, query, type Json } from "../api";
import { StationInput } from "./StationInput";

interface AskProps {
  /** The packet that was asked about, to begin with. */
  packet?: string;
  from?: string;
  label: string;
  onAsk: (packet: string) => void;
}

const kinds = ["tcp", "udp", "icmp", "tcp6", "udp6", "icmp6"];
const isV6 = (address: string) => address.includes(":");

/** The addresses of a port, or the address itself. */
async function addressesOf(text: string): Promise<string[]> {
  if (/^[\d.]+$/.test(text) || isV6(text)) return [text];
  const found = await get(query("/v1/search", { q: `kind:port ${text}`, limit: 10 }));
  const port = found.items.find((item: Json) => item.name === text) ?? found.items.find((item: Json) => item.name.endsWith(`/${text}`));
  if (!port) throw new Error(`there is no port '${text}'`);
  if (port.addresses.length === 0) throw new Error(`port '${port.name}' has no address: write the address itself`);
  return port.addresses;
}

/** The packet as `fabric trace` takes it. */
export async function packetOf(from: string, to: string, kind: string, port: string): Promise<string> {
  const addresses = await addressesOf(to);
  const address = addresses.find((candidate) => isV6(candidate) === kind.endsWith("6")) ?? addresses[0]!;
  const family = isV6(address) ? "6" : "";
  const proto = kind.replace("6", "") + family;
  const field = family ? "ipv6_dst" : "nw_dst";
  const rest = proto.startsWith("icmp") ? "" : `,tp_dst=${port}${proto.startsWith("tcp") ? ",tcp_flags=syn" : ""}`;
  return `in_port=${from},${proto},${field}=${address}${rest}`;
}

/** What the form has to hold to ask for a packet again. */
function wordsOf(packet: string): { from: string; to: string; kind: string; port: string } {
  const words = packet.split(",");
  const value = (...names: string[]) => words.find((word) => names.includes(word.split("=")[0]!))?.split("=")[1];
  return {
    from: value("in_port") ?? "",
    to: value("nw_dst", "ipv6_dst", "ip_dst") ?? "",
    kind: words.find((word) => kinds.includes(word)) ?? "tcp",
    port: value("tp_dst", "tcp_dst", "udp_dst") ?? "80",
  };
}

/** The question that operators come with: why does this not get there? */
export function Ask({ packet, from: given, label, onAsk }: AskProps) {
  const asked = wordsOf(packet ?? "");
  const [from, setFrom] = useState(asked.from || (given ?? ""));
  const [to, setTo] = useState(asked.to);
  const [kind, setKind] = useState(asked.kind);
  const [port, setPort] = useState(asked.port);
  const [error, setError] = useState("");
  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      setError("");
      onAsk(await packetOf(from, to, kind, port));
    } catch (failure) {
      setError((failure as Error).message);
    }
  };
  return (
    <form class="ask" onSubmit={ask} aria-label={label}>
      <StationInput id="ask-from" label="From port" value={from} placeholder="web1" onInput={setFrom} />
      <StationInput id="ask-to" label="To port or address" value={to} placeholder="db1 or 10.2.0.11" onInput={setTo} />
      <label for="ask-kind" class="short">
        <span>What</span>
        <select id="ask-kind" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="tcp">TCP</option>
          <option value="udp">UDP</option>
          <option value="icmp">ping</option>
          <option value="tcp6">TCP, IPv6</option>
          <option value="udp6">UDP, IPv6</option>
          <option value="icmp6">ping, IPv6</option>
        </select>
      </label>
      <label for="ask-port" class="short">
        <span>Port</span>
        <input
          id="ask-port"
          inputMode="numeric"
          pattern="[0-9]{1,5}"
          value={port}
          disabled={kind.startsWith("icmp")}
          onInput={(event) => setPort(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Ask</button>
      {error && (
        <p class="trouble" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

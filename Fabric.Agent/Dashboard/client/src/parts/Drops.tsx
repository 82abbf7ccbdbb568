import { query, type Json } from "../api";
import { useData } from "../data";
import { count, span } from "../format";
import { pageOf } from "../route";
import { Hosts } from "./Hosts";
import { Link } from "./Link";
import { Trouble } from "./Panel";
import { Sentence } from "./Sentence";

interface DropsProps {
  kind?: string;
  name?: string;
  limit?: number;
  /** The position that is looked at: a trace begins there. Drops are of now all the same. */
  at?: string;
}

/** What was dropped last at any host, each kind of packet as one sentence, with what to do. */
export function Drops({ kind, name, limit = 20, at }: DropsProps) {
  const { data, error } = useData(query("/v1/drops", { kind, name, host: "all" }), 2);
  if (error) return <Trouble error={error} />;
  if (!data) return <p class="empty">Reading…</p>;
  return (
    <>
      <Hosts hosts={data.hosts} />
      {data.items.length === 0 ? (
        <p class="empty">Nothing was dropped since the agents started{name ? ` that has to do with ${name}` : ""}.</p>
      ) : (
        <ol class="drops" aria-label="Last drops">
          {data.items.slice(0, limit).map((drop: Json) => (
            <li key={drop.host + drop.packet + drop.reason}>
              <p>
                <Sentence text={drop.sentence} />.
              </p>
              {drop.remedy && <p class="remedy"><Sentence text={drop.remedy} /></p>}
              <p class="what">
                <span>
                  {count(drop.packets)} packet{drop.packets === 1 ? "" : "s"}, last {span(drop.last_s)} ago
                </span>
                <Link to={query("/trace", { p: drop.packet, at })} label={`Trace it: ${drop.what} from ${drop.from}`}>
                  Trace it
                </Link>
                {drop.chain && (
                  <Link to={pageOf(`chain/${drop.chain}`, at)} label={`Its rule, in chain ${drop.chain}`}>
                    Its rule
                  </Link>
                )}
              </p>
            </li>
          ))}
        </ol>
      )}
      {data.displaced > 0 && (
        <p class="note">
          {data.displaced === 1 ? "1 older one is" : `${count(data.displaced)} older ones are`} not kept{name ? ", which may have to do with something else" : ""}.
        </p>
      )}
    </>
  );
}

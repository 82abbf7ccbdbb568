interface PastProps {
  /** The position that is looked at; nothing for now. */
  at?: string;
  /** How the sentence ends: what is shown instead. */
  then: string;
}

/** What is not known of the past, and what is shown instead; nothing while it is now that is looked at. */
export function Past({ at, then }: PastProps) {
  return at ? <p class="empty">Counters, drops, flows, learned addresses and connections are not in the journal{then}</p> : null;
}

/** When a pulse came, by this page's clock, which is never put back, and when it was made, by the agent's, which may be; both in milliseconds. */
export interface Heard {
  came: number;
  made: number;
}

/**
 * How long a pulse has waited on its way, in milliseconds: how much later it came after it was made than the one that came soonest. The clocks need
 * not agree. What came before the agent's clock was put back says nothing.
 */
export function waited({ came, made }: Heard, before: Heard[]): number {
  let soonest = came - made;
  let next = made;
  for (let i = before.length - 1; i >= 0 && before[i]!.made <= next; i--) {
    next = before[i]!.made;
    soonest = Math.min(soonest, before[i]!.came - next);
  }
  return came - made - soonest;
}

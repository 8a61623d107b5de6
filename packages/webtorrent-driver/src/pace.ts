export interface PaceRules {
  readonly firstMs: number;
  /** Rounds at `firstMs`. */
  readonly quickRounds: number;
  readonly mostMs: number;
}

/** The wait before a further look, in milliseconds, after `rounds` of them: quick at first, then half again as long each time. Pure. */
export function paceOf({ firstMs, quickRounds, mostMs }: PaceRules, rounds: number): number {
  return Math.min(firstMs * 1.5 ** Math.max(0, rounds - quickRounds), mostMs);
}

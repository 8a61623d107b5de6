/** Attempts at a peer, as they count at `at`: fractions, for they fade. */
export interface Tally {
  readonly good: number;
  readonly bad: number;
  /** Monotonic ms. */
  readonly at: number;
}

/** Standard normal quantile of a two-sided 95 % interval. */
const z = 1.96;

/**
 * Lower bound of Wilson's score interval: what share of attempts succeeds at least, so far as so few can tell.
 * 0 of nothing; 1 of 1 is 0.21, 99 of 100 is 0.95.
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", J. Am. Stat. Assoc. 22 (1927).
 */
export function wilsonLower(good: number, all: number): number {
  if (!(all > 0)) return 0;
  const share = good / all;
  const centre = share + (z * z) / (2 * all);
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  return Math.max(0, (centre - spread) / (1 + (z * z) / all));
}

/** The tally as it counts now: half after each half-life. */
export function faded({ good, bad, at }: Tally, now: number, halfLifeMs: number): Tally {
  const weight = 0.5 ** (Math.max(0, now - at) / halfLifeMs);
  return { good: good * weight, bad: bad * weight, at: now };
}

/** With one more attempt. */
export function counted(tally: Tally | undefined, isGood: boolean, now: number, halfLifeMs: number): Tally {
  const { good, bad } = tally === undefined ? { good: 0, bad: 0 } : faded(tally, now, halfLifeMs);
  return isGood ? { good: good + 1, bad, at: now } : { good, bad: bad + 1, at: now };
}

/** 0 to 1. Of few attempts, and of such that are long ago, little is known: their score is low. */
export function scoreOf(tally: Tally | undefined, now: number, halfLifeMs: number): number {
  if (tally === undefined) return 0;
  const { good, bad } = faded(tally, now, halfLifeMs);
  return wilsonLower(good, good + bad);
}

import type { OutcomeKind } from "@swarm-space/core";

/** What was learnt: 0 never works, 1 always does; `at` is the monotonic time of the last outcome. */
export interface Score {
  readonly value: number;
  readonly at: number;
}

export interface FadeRules {
  readonly scoreHoldMs: number;
  readonly scoreHalfLifeMs: number;
}

/** A score rests, then goes back to `prior` with its half-life. */
export function faded(score: Score | undefined, prior: number, now: number, rules: FadeRules): number {
  if (score === undefined) return prior;
  const idleMs = now - score.at - rules.scoreHoldMs;
  return idleMs <= 0 ? score.value : prior + (score.value - prior) * 2 ** (-idleMs / rules.scoreHalfLifeMs);
}

/** Moves a score towards 1 or 0 by a share of the distance. */
export function moved(value: number, good: boolean, rate: number): number {
  return good ? value + rate * (1 - value) : value - rate * value;
}

/** Letters taken are good; a refused dial, silence and loss are bad. A handshake alone proves nothing of delivery. */
export function isGood(kind: OutcomeKind): boolean | undefined {
  if (kind === "accepted") return true;
  return kind === "refused" || kind === "silent" || kind === "lost" ? false : undefined;
}

/** A round trip that was measured so long ago is worth half, in milliseconds. */
const rttHalfLifeMs = 2_000;

/** What one measurement counts for at least. Letters are many; pings are few, and sent because something may have changed. */
export const rttWeight = Object.freeze({ letter: 1 / 8, ping: 1 / 2 });

/**
 * Smoothed round trip (RFC 6298, §2, where `weight` is 1/8 and nothing is old). The older what is known, the less it says: a
 * letter in a quiet hour counts for more than one of a hundred in a second.
 */
export function smoothedRtt(before: number | undefined, sampleMs: number, weight: number, ageMs: number): number {
  if (before === undefined) return sampleMs;
  return before + (sampleMs - before) * Math.max(weight, 1 - 2 ** (-ageMs / rttHalfLifeMs));
}

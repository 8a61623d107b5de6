/** How long to wait before dialling again. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Full jitter: anywhere between nothing and min(cap, base · 2ⁿ) (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * @param failures failed dials in a row, from 1
 * @param random in [0, 1)
 */
export function backoffDelay(backoff: Backoff, failures: number, random: number): number {
  return random * Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(failures, 30));
}

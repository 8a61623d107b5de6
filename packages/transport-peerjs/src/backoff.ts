/** How long to wait before a server is dialled again. */
export interface Backoff {
  readonly backoffBaseMs: number;
  /** Least wait once it is taken for away. */
  readonly probeMs: number;
}

/** As many failures open the kernel's breaker of (transport, rendezvous) too. */
export const failuresUntilAway = 5;

/**
 * Full jitter under base · 2ⁿ (AWS Architecture Blog, "Exponential Backoff And Jitter"), until the server is taken for away: then
 * one probe every `probeMs` to twice as long, spread so that those who lost it together do not come back together.
 * @param failures failed dials in a row, from 1
 * @param random in [0, 1)
 */
export function backoffDelay({ backoffBaseMs, probeMs }: Backoff, failures: number, random: number): number {
  if (failures >= failuresUntilAway) return probeMs * (1 + random);
  return random * Math.min(probeMs, backoffBaseMs * 2 ** failures);
}

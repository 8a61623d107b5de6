/** The seed's rule: how long to wait after `failures` failures in a row, in milliseconds. */
export const backoffMs = (failures: number, baseMs: number, maxMs: number): number =>
  Math.min(baseMs * 2 ** failures, maxMs);

/**
 * Spreads a wait over `[(1 - jitter) * waitMs, waitMs]`, so that a cap stays a cap. 0 leaves it exact; 1 is "full jitter"
 * (Brooker, "Exponential Backoff And Jitter", AWS 2015).
 *
 * @param draw a number in [0, 1)
 */
export const spreadMs = (waitMs: number, jitter: number, draw: number): number => waitMs * (1 - jitter * draw);

import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffMs, spreadMs } from "../src/backoff.ts";

it("is the seed's formula", () => {
  expect([0, 1, 2, 3, 4, 5, 8, 9, 2_000].map((k) => backoffMs(k, 1_000, 300_000))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 256_000, 300_000, 300_000,
  ]);
});

it("never falls with more failures, never leaves [0, max]", () => {
  const positive = fc.integer({ min: 1, max: 2 ** 40 });
  fc.assert(
    fc.property(
      fc.nat(5_000),
      positive,
      positive,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (k, a, b, jitter, draw) => {
        const [base, max] = a < b ? [a, b] : [b, a];
        const wait = backoffMs(k, base, max);
        expect(wait).toBeLessThanOrEqual(backoffMs(k + 1, base, max));
        expect(wait).toBeLessThanOrEqual(max);
        const spread = spreadMs(wait, jitter, draw);
        expect(spread).toBeGreaterThanOrEqual(0);
        expect(spread).toBeLessThanOrEqual(wait);
        expect(spreadMs(wait, 0, draw)).toBe(wait);
      },
    ),
  );
});

/** The busiest second of `tries` attempts of 1,000 nodes that failed together, against the mean. */
function herdPeak(jitter: number): number {
  const seconds = new Map<number, number>();
  let state = 42;
  const float = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let node = 0; node < 1_000; node++) {
    const at = Math.floor(spreadMs(backoffMs(4, 1_000, 300_000), jitter, float()) / 1_000);
    seconds.set(at, (seconds.get(at) ?? 0) + 1);
  }
  return Math.max(...seconds.values()) / (1_000 / 16);
}

it("spreads a herd of 1,000 with full jitter to at most twice the mean of a second; without jitter all come at once", () => {
  expect(herdPeak(1)).toBeLessThanOrEqual(2);
  expect(herdPeak(0)).toBe(16);
});

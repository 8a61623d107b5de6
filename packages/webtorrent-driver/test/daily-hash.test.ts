import fc from "fast-check";
import { expect, test } from "vitest";
import { daysAt, infoHashOf, overlapMs, sameDaysForMs } from "../src/daily-hash.ts";

const dayMs = 86_400_000;
const moment = fc.integer({ min: -1_000 * dayMs, max: 40_000 * dayMs });

test("clocks that differ by less than two overlaps share a day at every moment; by more, not at every one", () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 2 * overlapMs }), (at, skew) => {
      const theirs = daysAt(at + skew);
      expect(daysAt(at).some((day) => theirs.includes(day))).toBe(true);
    }),
    { verbose: 1, examples: [[dayMs - overlapMs, 2 * overlapMs]] },
  );
  const justBefore = dayMs - overlapMs - 1;
  expect(daysAt(justBefore).some((day) => daysAt(justBefore + 2 * overlapMs + 1).includes(day))).toBe(false);
});

test("one day, and near midnight two that follow each other; they stay as long as is said, and no longer", () => {
  fc.assert(
    fc.property(moment, (at) => {
      const days = daysAt(at);
      const today = Math.floor(at / dayMs);
      expect(days).toContain(today);
      expect(days.length).toBeLessThanOrEqual(2);
      expect((days.at(-1) ?? 0) - (days[0] ?? 0)).toBe(days.length - 1);
      const forMs = sameDaysForMs(at);
      expect(forMs).toBeGreaterThan(0);
      expect(daysAt(at + forMs - 1)).toEqual(days);
      expect(daysAt(at + forMs)).not.toEqual(days);
    }),
    { verbose: 1 },
  );
});

test("the hash is the network's and the day's: 40 hex digits, the same by either hash of SHA-256", async () => {
  const hash = await infoHashOf("chat", 20_000);
  expect(hash).toMatch(/^[0-9a-f]{40}$/);
  expect(await infoHashOf("chat", 20_000)).toBe(hash);
  for (const [network, day] of [
    ["chat", 20_001],
    ["chat2", 20_000],
  ] as const)
    expect(await infoHashOf(network, day)).not.toBe(hash);
});

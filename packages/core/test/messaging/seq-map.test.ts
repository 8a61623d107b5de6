import fc from "fast-check";
import { expect, test } from "vitest";
import { SeqMap } from "../../src/messaging/seq-map.ts";

/** Letters come in rising order, now and then with a gap as after a restart; they leave in any. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("enter" as const), by: fc.constantFrom(1, 1, 1, 1, 2, 63, 64, 1_000) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("leave" as const), by: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), by: fc.nat() }) },
);

test("it holds what a Map would, in the same order", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      const map = new Map<number, string>();
      const own = new SeqMap<string>();
      let next = 1;
      for (const { kind, by } of steps) {
        if (kind === "enter") {
          next += by;
          map.set(next, `letter ${next}`);
          own.set(next, `letter ${next}`);
        } else if (kind === "leave") {
          const seq = [...map.keys()][by % Math.max(1, map.size)] ?? by;
          map.delete(seq);
          own.delete(seq);
          own.delete(seq);
          expect(own.has(seq)).toBe(false);
        } else if (by % 8 === 0) {
          map.clear();
          own.clear();
        }
        expect(own.size).toBe(map.size);
        expect(own.get(next)).toBe(map.get(next));
      }
      expect([...own.values()]).toEqual([...map.values()]);
    }),
    { numRuns: 60 },
  );
});

test("who goes through it sees what enters meanwhile, and not what has left", () => {
  const own = new SeqMap<number>();
  for (let seq = 1; seq <= 100; seq++) own.set(seq, seq);
  const seen: number[] = [];
  for (const each of own.values()) {
    seen.push(each);
    if (each % 2 === 1) own.delete(each + 1);
    if (each === 99) own.set(200, 200);
  }
  expect(seen).toEqual([...Array.from({ length: 50 }, (_, i) => 2 * i + 1), 200]);
});

test("a page that was left by all does not stay", () => {
  const own = new SeqMap<number>();
  own.set(1, 1);
  for (let seq = 2; seq < 100_000; seq++) {
    own.set(seq, seq);
    own.delete(seq);
  }
  expect([...own.values()]).toEqual([1]);
  expect(own.pages).toBeLessThanOrEqual(2);
});

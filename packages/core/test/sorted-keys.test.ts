import fc from "fast-check";
import { expect, it } from "vitest";
import { SortedKeys } from "../src/store/sorted-keys.ts";

it("SortedKeys answers as a sorted list does, over many chunks", () => {
  const key = fc.integer({ min: 0, max: 3_000 }).map((number) => String(number).padStart(4, "0"));
  const change = fc.record({ add: fc.double({ min: 0, max: 1, noNaN: true }).map((chance) => chance < 0.7), key });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1_500, maxLength: 3_000 }), key, (changes, probe) => {
      const keys = new SortedKeys();
      const model = new Set<string>();
      for (const { add, key } of changes) {
        if (add) keys.add(key);
        else keys.delete(key);
        if (add) model.add(key);
        else model.delete(key);
      }
      const sorted = [...model].sort();
      expect(keys.from(probe)).toBe(sorted.find((key) => key >= probe));
      expect(keys.before(probe)).toBe(sorted.findLast((key) => key < probe));
      expect(keys.before(undefined)).toBe(sorted.at(-1));
      const walked: string[] = [];
      for (let key = keys.from(""); key !== undefined; key = keys.from(`${key}\0`)) walked.push(key);
      expect(walked).toEqual(sorted);
    }),
    { numRuns: 20 },
  );
});

import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame, type FrameItem } from "../../src/messaging/frame.ts";
import { maxFrameBytes, maxTtlMs } from "../../src/messaging/limits.ts";
import { countRanges, maxRanges, packRanges, splitRanges, visitRanges } from "../../src/messaging/seq-ranges.ts";

const seq = fc.integer({ min: 1, max: 2 ** 40 });
const text = fc.string({ maxLength: 100, unit: "grapheme" }).filter((value) => value.length <= 256);
const ranges = fc
  .array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 200 })
  .map((seqs) => packRanges(seqs))
  .filter((flat) => flat.length <= 2 * maxRanges);
const letter = fc
  .tuple(
    seq,
    fc.stringMatching(/^[a-z0-9.:/_-]{1,64}$/),
    fc.nat(2),
    fc.integer({ min: 0, max: maxTtlMs }),
    fc.uint8Array(),
  )
  .map(([s, channel, use, ttl, body]): FrameItem => [1, s, channel, use, ttl, body]);
const item: fc.Arbitrary<FrameItem> = fc.oneof(
  letter,
  fc
    .tuple(seq, fc.constantFrom("chat", "a.b/c"), fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat())
    .map(
      ([s, channel, bytes, at, more]): FrameItem => [2, s, channel, 0, 9, bytes, 3, 0, 1, at, at + bytes.length + more],
    ),
  fc
    .tuple(seq, fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 40 }), fc.nat(1))
    .map(([s, steps, all]): FrameItem => {
      const held: number[] = [];
      let at = 0;
      for (const step of steps) {
        held.push(at, step);
        at += 2 * step;
      }
      return [13, s, held, all];
    }),
  fc.tuple(fc.constantFrom(3, 4, 6, 7), ranges).map(([kind, flat]): FrameItem => [kind, flat]),
  fc.tuple(seq, text, text).map(([s, code, why]): FrameItem => [5, s, code, why]),
  fc.tuple(fc.constantFrom(8, 9), fc.nat()).map(([kind, token]): FrameItem => [kind, token]),
  text.map((why): FrameItem => [10, why]),
);

describe("the frame codec", () => {
  test("gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(item, { maxLength: 20 }), (base, items) => {
        expect(decodeFrame(encodeFrame(base, items))).toEqual({ base, items });
      }),
    );
  });

  test("is total: any bytes give a frame or a rejection", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const frame = decodeFrame(bytes);
        expect("rejected" in frame ? typeof frame.rejected : Array.isArray(frame.items)).toBeTruthy();
      }),
      { numRuns: 2_000 },
    );
  });

  test("is total: half a frame, and a frame with a bit flipped", () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(7), (items, at, bit) => {
        const bytes = encodeFrame(1, items);
        expect(decodeFrame(bytes.subarray(0, at % bytes.length))).toHaveProperty("rejected");
        const flipped = bytes.slice();
        flipped[at % bytes.length] = (flipped[at % bytes.length] ?? 0) ^ (1 << bit);
        decodeFrame(flipped);
      }),
    );
  });

  test("ignores unknown kinds and further fields", () => {
    expect(decodeFrame(encode([1, 7, [98, "later"], [8, 1, "later", { still: 1 }], [99]]))).toMatchObject({
      base: 7,
      items: [[8, 1, "later", { still: 1 }]],
    });
  });

  test("refuses a frame over its limit unread", () => {
    expect(decodeFrame(new Uint8Array(maxFrameBytes + 1))).toEqual({ rejected: "longer than a frame may be" });
  });

  test("refuses ranges of bytes that fall, touch, are empty, too many, or end beyond what is exact", () => {
    const many = Array.from({ length: 257 }, (_, at) => [2 * at, 1]).flat();
    const largest = Number.MAX_SAFE_INTEGER;
    for (const held of [[5, 1, 2, 1], [0, 5, 5, 1], [0, 5, 3, 9], [3, 0], [1], [largest, 1], many, [0, "x"], "x"])
      expect(decodeFrame(encode([1, 1, [13, 7, held, 0]]))).toEqual({ rejected: "item 0 of kind 13 is malformed" });
    expect(decodeFrame(encode([1, 1, [13, 7, many.slice(2), 0]]))).toHaveProperty("items");
  });
});

describe("ranges of sequences", () => {
  const seqs = fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 1_500 });
  const unpack = (flat: readonly number[]) => {
    const all: number[] = [];
    visitRanges(flat, (each) => all.push(each));
    return all;
  };

  test("packing keeps exactly the set, sorted, in the fewest ranges", () => {
    fc.assert(
      fc.property(seqs, (given) => {
        const flat = packRanges(given);
        const sorted = [...new Set(given)].sort((a, b) => a - b);
        expect(unpack(flat)).toEqual(sorted);
        expect(countRanges(flat)).toBe(sorted.length);
        const gaps = sorted.filter((each, i) => i === 0 || each !== (sorted[i - 1] ?? 0) + 1).length;
        expect(flat.length / 2).toBe(gaps);
      }),
    );
  });

  test("splitting keeps all and never passes the cap", () => {
    fc.assert(
      fc.property(seqs, (given) => {
        const flat = packRanges(given);
        const parts = splitRanges(flat);
        expect(parts.flat()).toEqual(flat);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(2 * maxRanges);
          expect(part.length % 2).toBe(0);
        }
      }),
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { viewRanges } from "../../src/messaging/byte-views.ts";
import {
  decodeFrame,
  encodeFrame,
  frameOverheadBytes,
  hasRanges,
  type LetterItem,
  type RangesItem,
} from "../../src/messaging/frame.ts";
import { FrameWriter } from "../../src/messaging/frame-writer.ts";
import { maxFrameBytes } from "../../src/messaging/limits.ts";

/** Numbers on both sides of every border between two heads. */
const number = fc.oneof(
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
);
const letter = fc
  .tuple(
    number,
    fc.stringMatching(/^[a-z0-9.:/_-]{1,64}$/),
    fc.nat(2),
    number,
    fc.uint8Array({ maxLength: 300 }),
    fc.option(fc.tuple(number, number, number), { nil: undefined }),
  )
  .map(([seq, channel, use, ttlMs, body, more]): LetterItem => [1, seq, channel, use, ttlMs, body, ...(more ?? [])]);

test("letters are written as the codec writes them, byte for byte, frame after frame in the same memory", () => {
  const writer = new FrameWriter();
  fc.assert(
    fc.property(number, fc.array(letter, { minLength: 1, maxLength: 40 }), (base, letters) => {
      writer.begin();
      for (const each of letters) writer.letter(each);
      expect(writer.items).toBe(letters.length);
      const { bytes } = writer;
      const frame = writer.end(base);
      expect(bytes).toBeGreaterThanOrEqual(frame.length);
      expect(bytes).toBeLessThanOrEqual(frame.length + frameOverheadBytes);
      expect(Buffer.from(frame).equals(Buffer.from(encodeFrame(base, letters)))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a frame as full as one may be fits", () => {
  const writer = new FrameWriter();
  const hollow = encodeFrame(Number.MAX_SAFE_INTEGER, [[1, 7, "full", 0, 1_000, new Uint8Array(65_536)]]);
  const full: LetterItem = [1, 7, "full", 0, 1_000, new Uint8Array(65_536 + maxFrameBytes - hollow.length).fill(5)];
  writer.begin();
  writer.letter(full);
  const frame = writer.end(Number.MAX_SAFE_INTEGER);
  expect(frame.length).toBe(maxFrameBytes);
  expect(decodeFrame(frame)).toEqual({ base: Number.MAX_SAFE_INTEGER, items: [full] });
});

test("a frame is over with the next: whoever keeps it keeps what is written later", () => {
  const writer = new FrameWriter();
  writer.begin();
  writer.letter([1, 1, "a", 0, 1, Uint8Array.of(1)]);
  const first = writer.end(1);
  const copy = first.slice();
  writer.begin();
  writer.letter([1, 2, "a", 0, 1, Uint8Array.of(2)]);
  writer.end(1);
  expect(first).not.toEqual(copy);
});

test("what is said of letters by their ranges is written, and read, as by the codec", () => {
  const writer = new FrameWriter();
  const item = fc
    .tuple(fc.constantFrom(3, 4, 6, 7), fc.array(fc.tuple(number, fc.integer({ min: 1, max: 9 })), { maxLength: 30 }))
    .map(([kind, ranges]): RangesItem => [kind, ranges.flat()]);
  fc.assert(
    fc.property(number, fc.array(item, { minLength: 1, maxLength: 40 }), (base, items) => {
      expect(items.every(hasRanges)).toBe(true);
      writer.begin();
      for (const each of items) writer.ranges(each);
      const frame = writer.end(base).slice();
      expect(Buffer.from(frame).equals(Buffer.from(encodeFrame(base, items)))).toBe(true);
      expect(viewRanges(frame)).toEqual([1, base, ...items]);
    }),
    { numRuns: 300 },
  );
});

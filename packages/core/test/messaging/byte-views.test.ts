import { decode, encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { viewByteString, viewLetters, viewPieceFrame, viewRanges } from "../../src/messaging/byte-views.ts";
import { decodeFrame, encodeFrame, type PieceItem } from "../../src/messaging/frame.ts";
import { decodeMessage } from "../../src/messaging/message-codec.ts";

const options = { strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: false };
const number = fc.oneof(fc.nat(300), fc.nat({ max: 2 ** 31 - 1 }), fc.maxSafeNat());
const body = fc.uint8Array({ minLength: 1_000, maxLength: 1_100 });
const asList = (bytes: Uint8Array): unknown => {
  try {
    return decode(bytes, options);
  } catch {
    return undefined;
  }
};

/** The bytes with one of them changed, or a few cut off or added. */
const altered = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(bytes, fc.nat(40), fc.integer({ min: 0, max: 255 }), fc.integer({ min: -2, max: 2 }))
    .map(([from, at, value, more]) => {
      const copy = new Uint8Array(from.length + more);
      copy.set(from.subarray(0, copy.length));
      copy[at] = value;
      return copy;
    });

describe("views on long byte strings", () => {
  const frames = fc
    .tuple(number, number, fc.stringMatching(/^[a-z0-9.:]{1,64}$/), body, fc.tuple(number, number, number))
    .map(([base, seq, channel, bytes, [order, offset, total]]) =>
      encode([1, base, [2, seq, channel, 0, 9, bytes, order, 0, 1, offset, total]]),
    );
  const items = fc
    .tuple(number, fc.stringMatching(/^[a-z0-9.:]{1,64}$/), number, body, fc.array(number, { maxLength: 3 }))
    .map(([seq, channel, ttlMs, bytes, more]) => encode([1, seq, channel, 0, ttlMs, bytes, ...more]));
  const smallItems = fc
    .tuple(
      number,
      fc.stringMatching(/^[a-z0-9.:]{1,64}$/),
      number,
      fc.uint8Array({ maxLength: 40 }),
      fc.array(number, { maxLength: 3 }),
    )
    .map(([seq, channel, ttlMs, bytes, more]) => encode([1, seq, channel, 0, ttlMs, bytes, ...more]));
  const letterFrames = fc
    .tuple(number, fc.array(fc.oneof(items, smallItems), { minLength: 1, maxLength: 30 }))
    .map(([base, all]) => {
      const hollow = encode([1, base, ...all.map(() => 0)]);
      return new Uint8Array(Buffer.concat([hollow.subarray(0, hollow.length - all.length), ...all]));
    });

  test("what is viewed is what the codec reads, in every form near the true one", () => {
    let viewed = 0;
    fc.assert(
      fc.property(fc.oneof(frames, altered(frames)), (bytes) => {
        const view = viewPieceFrame(bytes);
        if (view === undefined) return;
        viewed++;
        expect([view.version, view.base, view.item]).toEqual(asList(bytes));
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.oneof(letterFrames, altered(letterFrames)), (bytes) => {
        const view = viewLetters(bytes);
        if (view === undefined) return;
        viewed++;
        expect([view.version, view.base, ...view.items]).toEqual(asList(bytes));
      }),
      { numRuns: 400 },
    );
    expect(viewed).toBeGreaterThan(300);
  });

  test("answers by ranges are viewed as the codec reads them, and nothing else is", () => {
    const answers = fc
      .tuple(number, fc.array(fc.tuple(fc.nat(12), fc.array(number, { maxLength: 9 })), { minLength: 1, maxLength: 6 }))
      .map(([base, items]) => encode([1, base, ...items]));
    let viewed = 0;
    fc.assert(
      fc.property(fc.oneof(answers, altered(answers)), (bytes) => {
        const view = viewRanges(bytes);
        if (view === undefined) return;
        viewed++;
        expect(view).toEqual(asList(bytes));
      }),
      { numRuns: 400 },
    );
    expect(viewed).toBeGreaterThan(100);
    for (const other of [
      [1, 2],
      [1, 2, 3],
      [1, 2, [4]],
      [1, 2, [4, "text"]],
      [1, 2, [4, [-1]]],
      [1, 2, [4, [1, 1], 5]],
    ])
      expect(viewRanges(encode(other))).toBeUndefined();
    const whole = encode([1, 2, [4, [7, 1]]]);
    expect(viewRanges(Uint8Array.of(...whole, 0))).toBeUndefined();
    expect(viewRanges(whole.subarray(0, -1))).toBeUndefined();
  });

  test("a piece is no copy", () => {
    const bytes = new Uint8Array(5_000).map((_, at) => at);
    const piece: PieceItem = [2, 7, "blob", 0, 1_000, bytes, 0, 0, 0, 5_000, 20_000];
    const frame = encodeFrame(3, [piece]);
    const read = decodeFrame(frame);
    if ("rejected" in read) throw new Error(read.rejected);
    expect(read).toEqual({ base: 3, items: [piece] });
    const view = read.items[0]?.[5];
    expect(view instanceof Uint8Array && view.buffer === frame.buffer).toBe(true);
  });

  test("a piece that breaks a rule is refused as before", () => {
    const piece = (offset: number, total: number, channel = "blob") =>
      [2, 7, channel, 0, 1_000, new Uint8Array(2_000), 0, 0, 0, offset, total] as const;
    const malformed = { rejected: "item 0 of kind 2 is malformed" };
    expect(decodeFrame(encode([1, 3, piece(5, 2_004)]))).toEqual(malformed);
    expect(decodeFrame(encode([1, 3, piece(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)]))).toEqual(malformed);
    expect(decodeFrame(encode([1, 3, piece(0, 2_000, "NOT A NAME")]))).toEqual(malformed);
    expect(decodeFrame(encode([9, 3, piece(0, 2_000)]))).toEqual({ rejected: "unknown version" });
    expect(decodeFrame(encode([1, 3, [77, ...piece(0, 2_000).slice(1)]]))).toEqual({ base: 3, items: [] });
  });

  test("a string that is not all there, or too long a head for its length, is none", () => {
    const whole = encode(new Uint8Array(1_500));
    expect(viewByteString(whole)).toEqual(new Uint8Array(1_500));
    expect(viewByteString(whole.subarray(0, -1))).toBeUndefined();
    expect(viewByteString(Uint8Array.of(...whole, 0))).toBeUndefined();
    expect(viewByteString(Uint8Array.of(0x5a, 0, 0, ...whole.subarray(1)))).toBeUndefined();
    expect(() => decodeMessage(Uint8Array.of(0x5a, 0, 0, ...whole.subarray(1)))).toThrow(
      expect.objectContaining({ code: "MESSAGE_INVALID" }),
    );
  });
});

test("ranges end where numbers are still exact: counting beyond never would", () => {
  const largest = Number.MAX_SAFE_INTEGER;
  expect(decodeFrame(encode([1, 1, [4, [largest, 1]]]))).toEqual({ rejected: "item 0 of kind 4 is malformed" });
  expect(decodeFrame(encode([1, 1, [4, [largest - 1, 1]]]))).toMatchObject({ base: 1 });
});

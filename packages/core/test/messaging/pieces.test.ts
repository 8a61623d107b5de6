import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendRange, countBytes, firstGap, uniteRanges } from "../../src/messaging/byte-ranges.ts";
import { decodeFrame, encodeFrame, type LetterItem } from "../../src/messaging/frame.ts";
import { FrameWriter } from "../../src/messaging/frame-writer.ts";
import { Pieces, pieceOf } from "../../src/messaging/pieces.ts";

const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })), { maxLength: 20 })
  .map((steps) => {
    const flat: number[] = [];
    let at = 0;
    for (const [gap, length] of steps) {
      appendRange(flat, at + gap, length);
      at += gap + length;
    }
    return flat;
  });
const bytesOf = (flat: readonly number[]) => {
  const all = new Set<number>();
  for (let i = 0; i < flat.length; i += 2) for (let at = 0; at < (flat[i + 1] ?? 0); at++) all.add((flat[i] ?? 0) + at);
  return all;
};

describe("ranges of bytes", () => {
  test("united name what either names, rising, none touching the next", () => {
    fc.assert(
      fc.property(ranges, ranges, (one, other) => {
        const united = uniteRanges(one, other);
        expect(bytesOf(united)).toEqual(bytesOf(one).union(bytesOf(other)));
        expect(countBytes(united)).toBe(bytesOf(united).size);
        for (let i = 2; i < united.length; i += 2)
          expect(united[i]).toBeGreaterThan((united[i - 2] ?? 0) + (united[i - 1] ?? 0));
      }),
    );
  });

  test("the first gap is what a count byte by byte finds", () => {
    fc.assert(
      fc.property(ranges, fc.nat(500), fc.nat(1_000), (flat, at, total) => {
        const held = bytesOf(flat);
        let from = at;
        while (held.has(from)) from++;
        let to = from;
        while (to < total && !held.has(to)) to++;
        expect(firstGap(flat, at, total)).toEqual(from < total ? { from, to } : undefined);
      }),
    );
  });
});

describe("a large letter goes out", () => {
  test("in pieces that are all of it once, each byte, whatever each link bears", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 900 })),
        (total, most) => {
          const pieces = new Pieces(total);
          let at = 0;
          for (let next = pieces.next(most.next().value ?? 1); next; next = pieces.next(most.next().value ?? 1)) {
            expect(next.from).toBe(at);
            at = next.to;
            expect(pieces.isOut).toBe(at === total);
          }
          expect([at, pieces.resumed]).toEqual([total, false]);
        },
      ),
    );
  });

  test("by the next link without what the receiver holds, and again whole when it let that go", () => {
    const pieces = new Pieces(1_000);
    pieces.next(600);
    expect(pieces.hold([0, 300, 400, 100], false)).toBe(true);
    expect(pieces.hold([0, 200], false)).toBe(false);
    pieces.rewind();
    expect([pieces.resumed, pieces.heldBytes]).toEqual([true, 400]);
    expect([pieces.next(600), pieces.next(600), pieces.next(600)]).toEqual([
      { from: 300, to: 400 },
      { from: 500, to: 1_000 },
      undefined,
    ]);
    expect(pieces.hold([0, 900], true)).toBe(true);
    pieces.rewind();
    expect([pieces.next(600), pieces.isOut]).toEqual([{ from: 900, to: 1_000 }, true]);
    pieces.forget();
    pieces.rewind();
    expect(pieces.next(600)).toEqual({ from: 0, to: 600 });
  });

  test("a receiver that claims more than there is ends nothing", () => {
    const pieces = new Pieces(100);
    pieces.hold([0, 1e9], false);
    expect([pieces.heldBytes, pieces.isOut, pieces.next(10)]).toEqual([100, true, undefined]);
  });
});

test("a piece written as a frame is the frame that the codec writes", () => {
  const writer = new FrameWriter();
  const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
  // A letter's number is one more, and still a safe one.
  const before = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 }));
  fc.assert(
    fc.property(
      fc.tuple(before, fc.stringMatching(/^[a-z0-9.:/_-]{1,64}$/), fc.uint8Array({ minLength: 1, maxLength: 5_000 })),
      fc.option(fc.tuple(number, number, number), { nil: undefined }),
      fc.nat(4_999),
      fc.integer({ min: 1, max: 5_000 }),
      fc.nat(),
      ([seq, channel, body], more, start, length, base) => {
        const item: LetterItem = [1, seq + 1, channel, 0, 9, body, ...(more ?? [])];
        const from = start % body.length;
        const to = Math.min(body.length, from + length);
        writer.begin();
        writer.piece(item, from, to);
        const frame = Buffer.from(writer.end(base));
        expect(frame.equals(Buffer.from(encodeFrame(base, [pieceOf(item, { from, to })])))).toBe(true);
        expect(decodeFrame(frame)).toHaveProperty("items.length", 1);
      },
    ),
  );
});

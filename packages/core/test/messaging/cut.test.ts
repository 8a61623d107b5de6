import fc from "fast-check";
import { expect, test } from "vitest";
import { cutLetter, partsOf, pieceItem } from "../../src/messaging/cut.ts";
import { decodeFrame, encodeFrame, encodeItem, type LetterItem } from "../../src/messaging/frame.ts";
import { FrameWriter } from "../../src/messaging/frame-writer.ts";

const item = fc
  .record({
    seq: fc.integer({ min: 1, max: 2 ** 40 }),
    channel: fc.stringMatching(/^[a-z0-9.:/_-]{1,64}$/),
    ttlMs: fc.integer({ min: 0, max: 604_800_000 }),
    body: fc.uint8Array({ minLength: 0, maxLength: 5_000 }),
    tail: fc.option(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { nil: undefined }),
  })
  .map(
    ({ seq, channel, ttlMs, body, tail }): LetterItem =>
      tail === undefined ? [1, seq, channel, 0, ttlMs, body] : [1, seq, channel, 0, ttlMs, body, ...tail],
  );

test("the pieces of a letter together are its item, byte for byte", () => {
  fc.assert(
    fc.property(item, fc.integer({ min: 200, max: 3_000 }), (letter, limit) => {
      const cut = cutLetter(letter, limit);
      const pieces = Array.from({ length: cut.count }, (_, index) => pieceItem(letter[1], cut, index)[4]);
      expect(Buffer.concat(pieces).equals(Buffer.from(encodeItem(letter)))).toBe(true);
    }),
  );
});

test("a piece written as a frame is the frame that the codec writes, and fits", () => {
  const writer = new FrameWriter();
  fc.assert(
    fc.property(item, fc.integer({ min: 200, max: 3_000 }), fc.nat(), (letter, limit, base) => {
      const cut = cutLetter(letter, limit);
      for (let index = 0; index < cut.count; index++) {
        writer.begin();
        writer.piece(letter[1], index, cut.count, partsOf(cut, index));
        const frame = writer.end(base);
        expect(Buffer.from(frame).equals(Buffer.from(encodeFrame(base, [pieceItem(letter[1], cut, index)])))).toBe(
          true,
        );
        expect(frame.length).toBeLessThanOrEqual(limit);
        expect(decodeFrame(frame)).toHaveProperty("items");
      }
    }),
  );
});

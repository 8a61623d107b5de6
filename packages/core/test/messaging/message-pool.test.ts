import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/messaging/message-codec.ts";
import { MessagePool } from "../../src/messaging/message-pool.ts";

test("bodies of one pool do not touch each other, whatever their sizes", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6_000 }), { maxLength: 40 }), (texts) => {
      const pool = new MessagePool();
      const bodies = texts.map((text) => encodeMessage({ text }, pool));
      expect(bodies.map((body) => decodeMessage(body))).toEqual(texts.map((text) => ({ text })));
    }),
    { numRuns: 40 },
  );
});

test("a message that writes another while it is read gets both right", () => {
  const pool = new MessagePool();
  let inner = new Uint8Array();
  const outer = encodeMessage(
    {
      before: "outer before",
      get nested() {
        inner = Uint8Array.from(encodeMessage({ text: "inner" }, pool));
        return 1;
      },
      after: "outer after",
    },
    pool,
  );
  expect(decodeMessage(inner)).toEqual({ text: "inner" });
  expect(decodeMessage(outer)).toEqual({ before: "outer before", nested: 1, after: "outer after" });
});

test("what is refused is refused with its path, and the pool goes on", () => {
  const pool = new MessagePool();
  expect(() => encodeMessage({ a: { b: 1n } }, pool)).toThrow(expect.objectContaining({ code: "MESSAGE_INVALID" }));
  expect(decodeMessage(encodeMessage({ a: 1 }, pool))).toEqual({ a: 1 });
});

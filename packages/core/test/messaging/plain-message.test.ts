import { encode } from "cborg";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeMessage } from "../../src/messaging/message-codec.ts";
import { MessagePool } from "../../src/messaging/message-pool.ts";
import { writePlainMessage } from "../../src/messaging/plain-message.ts";

const room = new Uint8Array(1_024);
const written = (message: unknown): Uint8Array | undefined => {
  const length = writePlainMessage(message, room);
  return length === undefined ? undefined : room.slice(0, length);
};

/** What the codec writes. For texts it gives a Buffer, which is not equal to the same bytes. */
const coded = (message: unknown): Uint8Array => Uint8Array.from(encode(message));

/** Texts of letters that sort differently by length and by bytes, and numbers about every length of a head. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "Z", "~", "é", "🙂", "\0"), maxLength: 30 });
const edges = [23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const number = fc.oneof(
  fc.constantFrom(...edges, ...edges.map((edge) => -edge), ...edges.map((edge) => -edge - 1), -0, 0.5, Number.NaN),
  fc.integer(),
  fc.double(),
);
const { message } = fc.letrec((tie) => ({
  message: fc.oneof(
    { maxDepth: 5 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("message"), { maxLength: 30 }),
    fc.dictionary(text, tie("message"), { maxKeys: 30 }),
    fc.dictionary(text, tie("message"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test("what it writes is what the codec writes", () => {
  let short = 0;
  fc.assert(
    fc.property(message, (value) => {
      const plain = written(value);
      if (plain === undefined) return;
      short++;
      expect(plain).toEqual(coded(value));
    }),
    { numRuns: 2_000 },
  );
  expect(short).toBeGreaterThan(500);
});

test("a letter of the usual form takes the short way, its keys in any order", () => {
  const usual = { text: "x".repeat(80), n: 7, at: -1, tags: ["a", { deep: null, ok: true }] };
  expect(written(usual)).toEqual(coded(usual));
});

test.each(["é", "🙂".repeat(3), "ж".repeat(128)])("so does one whose text is not ASCII: %s", (text) => {
  expect(written({ text, n: 7 })).toEqual(coded({ text, n: 7 }));
});

test("a list that a getter within it makes longer has the length that it had", () => {
  const list: unknown[] = [];
  const first = {
    get grows() {
      return list.push(9);
    },
  };
  list.push(first, 1);
  expect(written(list)).toEqual(coded([{ grows: 3 }, 1]));
});

test.each([
  ["a float", 0.5],
  ["minus zero", -0],
  ["a number beyond the safe ones", 2 ** 60],
  ["a text with a lone surrogate", "\ud800"],
  ["a key that is not ASCII", { é: 1 }],
  ["a long text", "x".repeat(257)],
  ["undefined", undefined],
  ["undefined in an object", { a: undefined }],
  ["a hole in a list", new Array(1)],
  ["bytes", new Uint8Array(1)],
  ["an instance of a class", { date: new Date(0) }],
  ["a key named __proto__", JSON.parse('{"__proto__":1}')],
  ["a function", () => 1],
  ["a big integer", 1n],
  ["what is nested deep", JSON.parse("[".repeat(9) + "]".repeat(9))],
  ["more than there is room for", Array.from({ length: 300 }, () => 65_536)],
])("%s is left to the codec", (_, value) => {
  expect(written(value)).toBeUndefined();
});

test("a ring ends", () => {
  const ring: unknown[] = [];
  ring.push(ring);
  expect(written(ring)).toBeUndefined();
  expect(() => encodeMessage(ring, new MessagePool())).toThrow(/MESSAGE_INVALID|circular/i);
});

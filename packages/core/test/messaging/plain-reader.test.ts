import { isDeepStrictEqual } from "node:util";
import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage } from "../../src/messaging/message-codec.ts";
import { PlainReader } from "../../src/messaging/plain-reader.ts";

/** One for all, as a node has: what it remembers of other messages must not show. */
const reader = new PlainReader();
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const codecReads = (bytes: Uint8Array): { readonly message: unknown } | undefined => {
  try {
    return { message: decodeMessage(bytes) };
  } catch {
    return undefined;
  }
};

/** The same answer, keys in the same order; and nothing where the codec refuses. */
function compare(bytes: Uint8Array): boolean {
  const plain = reader.read(bytes);
  if (plain === undefined) return false;
  const coded = codecReads(bytes);
  // Vitest's own comparison takes a key named "constructor" for one.
  if (!isDeepStrictEqual(coded, { message: plain }))
    expect.fail(`${Buffer.from(bytes).toString("hex")} is read otherwise`);
  expect(JSON.stringify(coded?.message)).toBe(JSON.stringify(plain));
  return true;
}

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b", "Z", "~", "é", "🙂", "\0", "\ufeff"), maxLength: 40 }),
  fc.constantFrom("__proto__", "constructor", "toString", "0", "10", "x".repeat(64), "x".repeat(300)),
);
const edges = [23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const number = fc.oneof(
  fc.constantFrom(...edges, ...edges.map((edge) => -edge), ...edges.map((edge) => -edge - 1), 0.5, Number.NaN),
  fc.integer(),
  fc.double(),
);
const { message } = fc.letrec((tie) => ({
  message: fc.oneof(
    { maxDepth: 10, depthSize: "medium" },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie("message"), { maxLength: 30 }),
    fc.dictionary(text, tie("message"), { maxKeys: 30, noNullPrototype: true }),
  ),
}));
const encoded = message.map((value) => Uint8Array.from(encode(value)));

/** A few bytes changed, cut off, put in or said twice. */
const altered = fc
  .tuple(
    encoded,
    fc.array(fc.tuple(fc.nat(400), fc.constantFrom("set", "cut", "add", "twice"), fc.nat(255)), { maxLength: 3 }),
  )
  .map(([bytes, changes]) => {
    const all = [...bytes];
    for (const [place, how, value] of changes) {
      const at = place % Math.max(1, all.length);
      if (how === "set") all[at] = value;
      else if (how === "cut") all.splice(at, 1 + (value % 3));
      else if (how === "add") all.splice(at, 0, value);
      else all.splice(at, 0, ...all.slice(at, at + (value % 8)));
    }
    return Uint8Array.from(all);
  });

/** Heads of all kinds one after the other: most is nonsense, and some is not. */
const headBytes = fc.constantFrom(
  0x00,
  0x17,
  0x18,
  0x19,
  0x20,
  0x38,
  0x3b,
  0x40,
  0x41,
  0x60,
  0x61,
  0x78,
  0x80,
  0x81,
  0x98,
);
const moreHeads = fc.constantFrom(
  0xa0,
  0xa1,
  0xa2,
  0xb8,
  0xc0,
  0xf4,
  0xf5,
  0xf6,
  0xf7,
  0xf8,
  0xf9,
  0xfb,
  0xff,
  0x5f,
  0x7f,
  0xbf,
);
const noise = fc
  .array(fc.oneof(headBytes, moreHeads, fc.nat(255)), { maxLength: 24 })
  .map((all) => Uint8Array.from(all));

describe("what it reads is what the codec reads", () => {
  test.each([
    ["of messages", encoded, 300],
    ["of messages with a few bytes altered", altered, 100],
    ["of noise", noise, 30],
  ])("%s", (_, bytes, least) => {
    let short = 0;
    fc.assert(
      fc.property(bytes, (each) => {
        if (compare(each)) short++;
      }),
      { numRuns: 2_000 },
    );
    expect(short).toBeGreaterThan(least);
  });

  test("of every two bytes", () => {
    for (let first = 0; first < 256; first++) {
      compare(Uint8Array.of(first));
      for (let second = 0; second < 256; second++) compare(Uint8Array.of(first, second));
    }
  });
});

test.each([
  { text: "x".repeat(80), n: 7, at: -1, tags: ["a", { deep: null, ok: true }] },
  { text: "жизнь 🙂", n: Number.MAX_SAFE_INTEGER },
  [[], {}, "", 0, false],
  null,
])("a letter of the usual form takes the short way: %o", (value) => {
  expect(reader.read(Uint8Array.from(encode(value)))).toStrictEqual(value);
});

test("keys of one length and the same ends are told apart", () => {
  for (const value of [{ nab: 1 }, { nbb: 2 }, { nab: 3, nbb: 4, ncb: 5 }])
    expect(reader.read(Uint8Array.from(encode(value)))).toStrictEqual(value);
});

test("it keeps no body", () => {
  expect(reader.read(hex("83 01 02 03"))).toEqual([1, 2, 3]);
  expect(reader.read(hex("83 01 02"))).toBeUndefined();
  expect(reader.read(hex("03"))).toBe(3);
});

test.each([
  ["a key named __proto__", "a1 69 5f5f70726f746f5f5f 01"],
  ["a key that is there twice", "a2 6161 01 6161 02"],
  ["keys out of order", "a2 6162 01 6161 02"],
  ["a longer key first", "a2 626161 01 6162 02"],
  ["a key that is not ASCII", "a1 62c3a9 01"],
  ["a key that is no text", "a1 01 01"],
  ["a head longer than need be", "18 17"],
  ["a text's head longer than need be", "78 01 61"],
  ["a list's head longer than need be", "98 01 01"],
  ["a map's head longer than need be", "b8 01 6161 01"],
  ["a number beyond the safe ones", "1b 0020000000000000"],
  ["a negative number beyond the safe ones", "3b 001fffffffffffff"],
  ["a float", "f9 3c00"],
  ["undefined", "f7"],
  ["another simple value", "f8 20"],
  ["null in two bytes", "f8 16"],
  ["bytes", "41 00"],
  ["a tag", "c0 61 61"],
  ["a list without its length", "9f 01 ff"],
  ["a map without its length", "bf 6161 01 ff"],
  ["half a list", "82 01"],
  ["half a map", "a1 6161"],
  ["half a text", "62 61"],
  ["a list that is said to be endless", "9b 001fffffffffffff 01"],
  ["more than one message", "01 01"],
  ["nothing", ""],
  ["lists that are nested deep", `${"81".repeat(9)} 01`],
  ["maps that are nested deep", `${"a1 6161".repeat(9)} 01`],
])("%s is left to the codec", (_, bytes) => {
  expect(reader.read(hex(bytes))).toBeUndefined();
});

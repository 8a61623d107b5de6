import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeKey, encodeKey, endOf, keyAt, placeOf } from "../src/key-codec.ts";

const key = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
);
const name = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,8}$/);

it("a key comes back from its bytes, lone surrogates too", () => {
  fc.assert(fc.property(key, (key) => void expect(decodeKey(encodeKey(key))).toBe(key)));
});

it("bytes sort as `<` sorts the keys", () => {
  fc.assert(
    fc.property(
      key,
      key,
      (a, b) => void expect(Math.sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(a < b ? -1 : a > b ? 1 : 0),
    ),
  );
});

it("UTF-8 would not: the ablation", () => {
  expect("\ud83d\ude00" < "\uffff").toBe(true);
  expect(Buffer.compare(Buffer.from("\ud83d\ude00"), Buffer.from("\uffff"))).toBe(1);
  expect(Buffer.compare(encodeKey("\ud83d\ude00"), encodeKey("\uffff"))).toBe(-1);
});

it("a place lies in its own namespace and in no other", () => {
  fc.assert(
    fc.property(name, name, key, (own, other, key) => {
      const place = placeOf(own, key);
      expect(keyAt(place, own)).toBe(key);
      const inside = Buffer.compare(place, placeOf(other, "")) >= 0 && Buffer.compare(place, endOf(other)) < 0;
      expect(inside).toBe(own === other);
    }),
  );
});

it("any bytes are a key or undefined, and a key only where they are its bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const key = decodeKey(bytes);
      if (key !== undefined) expect(Buffer.compare(encodeKey(key), bytes)).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});

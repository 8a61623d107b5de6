import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decode,
  decodeBody,
  decodeHeader,
  decodeTransaction,
  encode,
  encodeBody,
  encodeHeader,
  encodeTransaction,
  list,
  record,
  sizedBytes,
  text,
  u8,
  u64,
} from "../src/codec/index.ts";
import { compactDifficulty, expandDifficulty } from "../src/consensus/difficulty.ts";
import type { Outcome, Transaction } from "../src/model/index.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const u64s = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const transactions: fc.Arbitrary<Transaction> = fc.record({
  version: fc.integer({ min: 0, max: 255 }),
  chainId: hash,
  type: fc.integer({ min: 0, max: 255 }),
  from: hash,
  nonce: u64s,
  fee: u64s,
  expiryHeight: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  payload: fc.uint8Array({ maxLength: 80 }),
  signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
});

/** Bytes near a valid form: cut, lengthened, or with one byte changed. */
const mutated = (encoded: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(encoded, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: -2, max: 2 }))
    .map(([bytes, at, byte, longer]) => {
      const changed = new Uint8Array(Math.max(0, bytes.length + longer));
      changed.set(bytes.subarray(0, changed.length));
      if (changed.length > 0) changed[at % changed.length] = byte;
      return changed;
    });

describe("one value, one form", () => {
  test("what is encoded is decoded to the same", () => {
    fc.assert(
      fc.property(fc.array(transactions, { maxLength: 4 }), (all) => {
        expect(decodeBody(encodeBody(all))).toEqual({ ok: true, value: all });
      }),
      { numRuns: 100 },
    );
  });

  test("what is decoded at all is encoded to the same bytes: no second form of anything", () => {
    let decoded = 0;
    const check = <Value>(
      bytes: Uint8Array,
      read: (b: Uint8Array) => Outcome<Value>,
      write: (v: Value) => Uint8Array,
    ) => {
      const outcome = read(bytes);
      if (outcome.ok) {
        decoded += 1;
        expect(write(outcome.value)).toEqual(bytes);
      } else expect(outcome.code).toBe("MALFORMED");
    };
    const runs = { numRuns: 200 };
    fc.assert(
      fc.property(mutated(transactions.map(encodeTransaction)), (b) => check(b, decodeTransaction, encodeTransaction)),
      runs,
    );
    fc.assert(
      fc.property(mutated(fc.array(transactions, { maxLength: 3 }).map(encodeBody)), (b) =>
        check(b, decodeBody, encodeBody),
      ),
      runs,
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 188, maxLength: 192 }), (b) => check(b, decodeHeader, encodeHeader)),
      runs,
    );
    expect(decoded).toBeGreaterThan(50);
  });

  test("text has one form: UTF-8, NFC, no lone surrogates", () => {
    const field = text(64);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 12 }),
          fc.string({ unit: "binary", maxLength: 6 }).map((s) => new TextEncoder().encode(s)),
        ),
        (raw) => {
          const bytes = Uint8Array.of(0, raw.length, ...raw);
          const outcome = decode(field, bytes);
          if (outcome.ok) expect(encode(field, outcome.value)).toEqual(bytes);
        },
      ),
      { numRuns: 500 },
    );
    expect(decode(field, Uint8Array.of(0, 3, 0x65, 0xcc, 0x81)).ok).toBe(false);
    expect(decode(field, Uint8Array.of(0, 2, 0xc0, 0x80)).ok).toBe(false);
    expect(decode(field, encode(field, "\ufeffa"))).toEqual({ ok: true, value: "\ufeffa" });
    expect(() => encode(field, "e\u0301")).toThrow("NFC");
    expect(() => encode(field, "\ud800")).toThrow("NFC");
  });

  test("a count is held against the bytes that are left before anything is made", () => {
    const field = list(record({ a: u64 }), 65_535, 8);
    expect(decode(field, Uint8Array.of(0xff, 0xff, 0)).ok).toBe(false);
    expect(decodeBody(Uint8Array.of(0xff, 0xff)).ok).toBe(false);
    expect(decodeBody(new Uint8Array(1_048_577))).toMatchObject({ code: "TOO_LARGE" });
    expect(decodeTransaction(new Uint8Array(8_193))).toMatchObject({ code: "TOO_LARGE" });
  });

  test.each([
    ["a negative number", () => encode(u8, -1)],
    ["a fraction", () => encode(u8, 0.5)],
    ["NaN", () => encode(u8, Number.NaN)],
    ["a number too large", () => encode(u8, 256)],
    ["an amount below zero", () => encode(u64, -1n)],
    ["an amount of 65 bits", () => encode(u64, 2n ** 64n)],
    ["bytes too many", () => encode(sizedBytes(2), new Uint8Array(3))],
  ])("%s is refused, not bent", (_what, run) => {
    expect(run).toThrow(expect.objectContaining({ code: "CHAIN_VALUE_INVALID" }));
  });
});

describe("compact difficulty", () => {
  test("is ordered as its values are, and rounds down", () => {
    const value = fc.integer({ min: 1, max: 254 }).chain((bits) => fc.bigInt({ min: 1n, max: 2n ** BigInt(bits) }));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [a, b] = [compactDifficulty(one), compactDifficulty(other)];
        const [x, y] = [expandDifficulty(a) ?? 0n, expandDifficulty(b) ?? 0n];
        expect(x <= one && one - x <= one >> 23n).toBe(true);
        expect(Math.sign(a - b)).toBe(x < y ? -1 : x > y ? 1 : 0);
        expect(compactDifficulty(x)).toBe(a);
      }),
    );
  });
});

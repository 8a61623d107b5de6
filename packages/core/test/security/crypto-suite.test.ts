import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import type { CryptoSuite } from "../../src/ports/crypto-suite.ts";
import { nobleSuite } from "../../src/security/noble-suite.ts";

const suites: Record<string, CryptoSuite> = { noble: nobleSuite(), node: nodeCryptoSuite() };
const all = Object.values(suites);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const some = fc.uint8Array({ maxLength: 300 });
const counter = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** What every suite gives, which must be one thing. A throw counts as a value of its own. */
function agree(run: (suite: CryptoSuite) => Uint8Array | undefined): Uint8Array | "threw" | undefined {
  const [first, ...others] = all.map((suite) => {
    try {
      return run(suite);
    } catch {
      return "threw" as const;
    }
  });
  for (const other of others) expect(other).toEqual(first);
  return first;
}

describe("crypto suites give the same bytes", () => {
  test("X25519: pairs, and exchanges with honest and with arbitrary public keys", () => {
    fc.assert(
      fc.property(bytes32, bytes32, bytes32, (mine, theirs, arbitrary) => {
        const publicKey = agree((suite) => suite.keyPair(theirs).publicKey) as Uint8Array;
        const shared = agree((suite) => suite.dh(suite.keyPair(mine), publicKey));
        expect(agree((suite) => suite.dh(suite.keyPair(theirs), suite.keyPair(mine).publicKey))).toEqual(shared);
        agree((suite) => suite.dh(suite.keyPair(mine), arbitrary));
      }),
      { numRuns: 40 },
    );
  });

  test("RFC 7748 §5.2: one and a thousand rounds from the base point", { timeout: 60_000 }, () => {
    for (const suite of all) {
      let [k, u] = [hex(`09${"00".repeat(31)}`), hex(`09${"00".repeat(31)}`)];
      for (let round = 1; round <= 1000; round += 1) {
        [k, u] = [suite.dh(suite.keyPair(k), u), k];
        if (round === 1)
          expect(Buffer.from(k).toString("hex")).toBe(
            "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
          );
      }
      expect(Buffer.from(k).toString("hex")).toBe("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }
  });

  test("a low-order public key is refused", () => {
    const one = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0));
    for (const low of [new Uint8Array(32), one, hex(`ec${"ff".repeat(30)}7f`), hex(`ed${"ff".repeat(30)}7f`)]) {
      expect(agree((suite) => suite.dh(suite.keyPair(one), low))).toBe("threw");
    }
  });

  test("a pair of another suite serves, and fresh pairs differ", () => {
    const noblePair = nobleSuite().keyPair();
    const nodePair = nodeCryptoSuite().keyPair();
    expect(noblePair.publicKey).not.toEqual(nobleSuite().keyPair().publicKey);
    expect(nodePair.publicKey).not.toEqual(nodeCryptoSuite().keyPair().publicKey);
    const shared = agree((suite) => suite.dh(noblePair, nodePair.publicKey));
    expect(agree((suite) => suite.dh(nodePair, noblePair.publicKey))).toEqual(shared);
  });

  test("hash, hmac and rekey", () => {
    fc.assert(
      fc.property(bytes32, some, some, (key, anyKey, bytes) => {
        agree((suite) => suite.hash(bytes));
        agree((suite) => suite.hmac(anyKey, bytes));
        const next = agree((suite) => suite.rekey(key)) as Uint8Array;
        expect(next).toHaveLength(32);
        expect(next).not.toEqual(key);
      }),
    );
    expect(
      Buffer.from(agree((suite) => suite.hash(new TextEncoder().encode("abc"))) as Uint8Array).toString("hex"),
    ).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("sealing: each opens what the other sealed, at any counter", () => {
    fc.assert(
      fc.property(bytes32, counter, some, some, (key, at, additional, plain) => {
        const sealed = agree((suite) => suite.cipher(key).seal(at, additional, plain)) as Uint8Array;
        expect(sealed).toHaveLength(plain.length + 16);
        expect(agree((suite) => suite.cipher(key).open(at, additional, sealed))).toEqual(plain);
        const roomy = agree((suite) => suite.cipher(key).seal(at, additional, plain, 9)) as Uint8Array;
        expect(roomy.subarray(9)).toEqual(sealed);
        expect(roomy.subarray(0, 9)).toEqual(new Uint8Array(9));
      }),
    );
  });

  test("what was made ready changes no byte, whether or not it is for what comes", () => {
    fc.assert(
      fc.property(bytes32, counter, fc.boolean(), some, some, (key, at, isOther, additional, plain) => {
        const early = isOther ? Uint8Array.of(...additional, 1) : additional;
        const prepared = (suite: CryptoSuite, use: "seal" | "open", counter: number) => {
          const cipher = suite.cipher(key);
          cipher.prepare?.(use, counter, early);
          cipher.prepare?.(use, counter, early);
          return cipher;
        };
        const sealed = agree((suite) => prepared(suite, "seal", at).seal(at, additional, plain)) as Uint8Array;
        expect(agree((suite) => suite.cipher(key).seal(at, additional, plain))).toEqual(sealed);
        expect(agree((suite) => prepared(suite, "open", at).open(at, additional, sealed))).toEqual(plain);
        const before = at === 0 ? 1 : at - 1;
        expect(agree((suite) => prepared(suite, "seal", before).seal(at, additional, plain))).toEqual(sealed);
        expect(agree((suite) => prepared(suite, "open", before).open(at, additional, sealed))).toEqual(plain);
        expect(agree((suite) => prepared(suite, "open", before).open(before, additional, sealed))).toBeUndefined();
      }),
    );
    const cipher = nodeCryptoSuite().cipher(new Uint8Array(32));
    cipher.prepare?.("seal", 0, new Uint8Array(8));
    cipher.prepare?.("open", 0, new Uint8Array(8));
    cipher.wipe();
    cipher.prepare?.("seal", 0, new Uint8Array(8));
    expect(() => cipher.seal(0, new Uint8Array(8), new Uint8Array(1))).toThrow(RangeError);
    expect(cipher.open(0, new Uint8Array(8), new Uint8Array(17))).toBeUndefined();
  });

  test("any changed bit, counter, or cut is undefined, never a throw", () => {
    fc.assert(
      fc.property(bytes32, counter, some, some, fc.nat(), fc.nat(7), (key, at, additional, plain, place, bit) => {
        const sealed = all[0]?.cipher(key).seal(at, additional, plain) ?? new Uint8Array();
        const flipped = Uint8Array.from(sealed);
        const where = place % flipped.length;
        flipped[where] = (flipped[where] ?? 0) ^ (1 << bit);
        expect(agree((suite) => suite.cipher(key).open(at, additional, flipped))).toBeUndefined();
        expect(agree((suite) => suite.cipher(key).open(at === 0 ? 1 : at - 1, additional, sealed))).toBeUndefined();
        expect(agree((suite) => suite.cipher(key).open(at, additional, sealed.subarray(0, where)))).toBeUndefined();
        expect(agree((suite) => suite.cipher(key).open(at, Uint8Array.of(...additional, 0), sealed))).toBeUndefined();
      }),
    );
  });

  test("no counter that is not a safe integer, no key of another length, nothing after wiping", () => {
    const key = new Uint8Array(32).fill(7);
    const none = new Uint8Array();
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(agree((suite) => suite.cipher(key).seal(bad, none, none))).toBe("threw");
      expect(agree((suite) => suite.cipher(key).open(bad, none, new Uint8Array(16)))).toBeUndefined();
    }
    for (const length of [0, 16, 31, 33]) {
      expect(agree((suite) => suite.keyPair(new Uint8Array(length)).publicKey)).toBe("threw");
      expect(agree((suite) => suite.cipher(new Uint8Array(length)).seal(0, none, none))).toBe("threw");
      expect(agree((suite) => suite.dh(suite.keyPair(key), new Uint8Array(length)))).toBe("threw");
    }
    for (const suite of all) {
      const mine = Uint8Array.from(key);
      const cipher = suite.cipher(mine);
      mine.fill(0);
      const sealed = cipher.seal(0, none, key);
      expect(suite.cipher(key).open(0, none, sealed)).toEqual(key);
      cipher.wipe();
      cipher.wipe();
      expect(() => cipher.seal(1, none, key)).toThrow(RangeError);
      expect(cipher.open(0, none, sealed)).toBeUndefined();
    }
  });
});

import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { equalBytes, joinBytes, textBytes } from "../../src/security/bytes.ts";
import { type Ed25519Engine, nobleEd25519 } from "../../src/security/ed25519-engine.ts";
import {
  asyncStrictVerifier,
  isSoundKey,
  recentKeyVerdicts,
  strictVerifier,
} from "../../src/security/ed25519-strict.ts";
import { hasWebCryptoEd25519, webCryptoEd25519 } from "../../src/security/webcrypto-ed25519.ts";

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const prime = Point.Fp.ORDER;
type Curve = typeof Point.BASE;

const littleEndian = (value: bigint, length = 32): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
const toBigInt = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const torsion = Point.fromHex(ED25519_TORSION_SUBGROUP.find((hex) => isOrder8(Point.fromHex(hex, true))) ?? "", true);
function isOrder8(point: Curve): boolean {
  return !point.double().double().is0() && point.double().double().double().is0();
}

const seed = Uint8Array.from({ length: 32 }, (_, at) => 200 - at);
const secret = ed25519.utils.getExtendedPublicKey(seed);

interface Case {
  readonly publicKey: Uint8Array;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs as RFC 8032 does, with an offset of the caller's on A and on R. */
function craft(text: string, onKey: Curve = Point.ZERO, onR: Curve = Point.ZERO, r = 123_456_789n): Case {
  const bytes = textBytes(text);
  const publicKey = Point.BASE.multiply(secret.scalar).add(onKey).toBytes();
  const encodedR = (r === 0n ? Point.ZERO : Point.BASE.multiply(r)).add(onR).toBytes();
  const k = toBigInt(sha512(joinBytes(encodedR, publicKey, bytes))) % order;
  const s = (r + k * secret.scalar) % order;
  return { publicKey, bytes, signature: joinBytes(encodedR, littleEndian(s)) };
}

const engines: Record<string, Ed25519Engine> = { noble: nobleEd25519(), node: nodeEd25519() };

/** What every engine says under the rule. Throws unless they agree. */
async function verdict({ publicKey, bytes, signature }: Case): Promise<boolean> {
  const all = Object.values(engines).map((engine) => strictVerifier(engine).verify(publicKey, bytes, signature));
  all.push(await asyncStrictVerifier(webCryptoEd25519()).verify(publicKey, bytes, signature));
  expect(new Set(all).size, `engines disagree: ${all}`).toBe(1);
  return all[0] === true;
}

const honest = craft("hello");
const withS = (s: bigint): Case => ({
  ...honest,
  signature: joinBytes(honest.signature.subarray(0, 32), littleEndian(s)),
});
const identity = Point.ZERO.toBytes();
const negativeZero = (encoded: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(encoded);
  copy[31] = (copy[31] ?? 0) | 0x80;
  return copy;
};

describe("ed25519-strict/1, one verdict of all engines", () => {
  test("this platform has all three engines", async () => expect(await hasWebCryptoEd25519()).toBe(true));

  test("honest: accepted", async () => {
    expect(await verdict(honest)).toBe(true);
    const bytes = textBytes("other");
    const signature = ed25519.sign(bytes, seed);
    expect(await verdict({ publicKey: ed25519.getPublicKey(seed), bytes, signature })).toBe(true);
  });

  const rejected: Record<string, Case> = {
    "A = R = identity, S = 0, good for any message": {
      publicKey: identity,
      bytes: textBytes("any"),
      signature: joinBytes(identity, littleEndian(0n)),
    },
    "A of order 8": {
      publicKey: torsion.toBytes(),
      bytes: textBytes("any"),
      signature: joinBytes(identity, littleEndian(0n)),
    },
    "R + 8-torsion": craft("hello", Point.ZERO, torsion),
    "S + L": withS(toBigInt(honest.signature.subarray(32)) + order),
    "S = L": withS(order),
    "S all ones": withS((1n << 256n) - 1n),
    "R with y = p + 1 for the identity": {
      ...craft("r", Point.ZERO, Point.ZERO, 0n),
      signature: joinBytes(littleEndian(prime + 1n), craft("r", Point.ZERO, Point.ZERO, 0n).signature.subarray(32)),
    },
    "R = identity with a sign on x = 0": { ...honest, signature: joinBytes(negativeZero(identity), littleEndian(0n)) },
    "A with y = p": { ...honest, publicKey: littleEndian(prime) },
    "A with y = p + 1": { ...honest, publicKey: littleEndian(prime + 1n) },
    "A = identity with a sign on x = 0": { ...honest, publicKey: negativeZero(identity) },
    "A off the curve": { ...honest, publicKey: littleEndian(2n) },
    "another message": { ...honest, bytes: textBytes("hellp") },
    "a half signature": { ...honest, signature: honest.signature.subarray(0, 32) },
    "a long key": { ...honest, publicKey: joinBytes(honest.publicKey, Uint8Array.of(0)) },
    nothing: { publicKey: new Uint8Array(), bytes: new Uint8Array(), signature: new Uint8Array() },
  };
  for (const [name, input] of Object.entries(rejected)) {
    test(`${name}: rejected`, async () => expect(await verdict(input)).toBe(false));
  }

  test("A + 8-torsion: rejected for every message, where the engines alone accept some", async () => {
    const cases = Array.from({ length: 40 }, (_, at) => craft(`message ${at}`, torsion));
    for (const input of cases) expect(await verdict(input)).toBe(false);
    // The check of keys switched off: a crafted key gets signatures through, some and not others.
    const believing = { get: () => true, set: () => undefined };
    for (const engine of Object.values(engines)) {
      const unchecked = strictVerifier(engine, believing);
      const accepted = cases.filter((input) => unchecked.verify(input.publicKey, input.bytes, input.signature)).length;
      expect(accepted).toBeGreaterThan(0);
      expect(accepted).toBeLessThan(cases.length);
    }
  });

  test("noble's own verify would split from the others: why the equation is computed from points", () => {
    const { publicKey, bytes, signature } = craft("hello", Point.ZERO, torsion);
    expect(ed25519.verify(signature, bytes, publicKey)).toBe(true);
    for (const engine of Object.values(engines)) expect(engine.verify(publicKey, bytes, signature)).toBe(false);
  });

  test("any key, bytes and signature get one verdict, and honest ones are accepted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.option(fc.record({ at: fc.nat(95), bit: fc.nat(7) }), { nil: undefined }),
        async (anySeed, bytes, flip) => {
          const signers = Object.values(engines).map((engine) => engine.signer(anySeed));
          const [signature, ...others] = signers.map((signer) => signer.sign(bytes));
          for (const other of others) expect(equalBytes(other, signature ?? other)).toBe(true);
          const all = joinBytes(signers[0]?.publicKey ?? new Uint8Array(), signature ?? new Uint8Array());
          if (flip !== undefined) all[flip.at] = (all[flip.at] ?? 0) ^ (1 << flip.bit);
          expect(await verdict({ publicKey: all.subarray(0, 32), bytes, signature: all.subarray(32) })).toBe(
            flip === undefined,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  test("values of wrong types are rejected, not thrown on", () => {
    const verifier = strictVerifier(nodeEd25519());
    for (const nonsense of [undefined, null, "text", 7, {}, [1, 2, 3]]) {
      const value = nonsense as never;
      expect(verifier.verify(value, honest.bytes, honest.signature)).toBe(false);
      expect(verifier.verify(honest.publicKey, value, honest.signature)).toBe(false);
      expect(verifier.verify(honest.publicKey, honest.bytes, value)).toBe(false);
    }
  });
});

describe("memory of sound keys", () => {
  test("asks once per key and forgets the oldest beyond its capacity", () => {
    const verdicts = recentKeyVerdicts(2);
    const keys = [1, 2, 3].map((at) => ed25519.getPublicKey(new Uint8Array(32).fill(at)));
    for (const key of keys) expect(isSoundKey(key, verdicts)).toBe(true);
    const known = keys.map((key) => verdicts.get(String.fromCharCode(...key)));
    expect(known).toEqual([undefined, true, true]);
    expect(isSoundKey(torsion.toBytes(), verdicts)).toBe(false);
    expect(verdicts.get(String.fromCharCode(...torsion.toBytes()))).toBe(false);
  });
});

import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { equalBytes, joinBytes } from "../../src/security/bytes.ts";
import { type Ed25519Engine, nobleEd25519 } from "../../src/security/ed25519-engine.ts";
import {
  asyncStrictVerifier,
  isSoundKey,
  recentKeyVerdicts,
  strictVerifier,
} from "../../src/security/ed25519-strict.ts";
import { hasWebCryptoEd25519, webCryptoEd25519 } from "../../src/security/webcrypto-ed25519.ts";
import { accepted, type Case, craft, honest, mixedKeys, rejected, torsion } from "./ed25519-cases.ts";

const engines: Record<string, Ed25519Engine> = { noble: nobleEd25519(), node: nodeEd25519() };

/** What every engine says under the rule. Throws unless they agree. */
async function verdict({ publicKey, bytes, signature }: Case): Promise<boolean> {
  const all = Object.values(engines).map((engine) => strictVerifier(engine).verify(publicKey, bytes, signature));
  const { verifyLater } = strictVerifier(nodeEd25519());
  all.push((await verifyLater?.(publicKey, bytes, signature)) ?? expect.fail("Node has threads"));
  all.push(await asyncStrictVerifier(webCryptoEd25519()).verify(publicKey, bytes, signature));
  expect(new Set(all).size, `engines disagree: ${all}`).toBe(1);
  return all[0] === true;
}

describe("ed25519-strict/1, one verdict of all engines", () => {
  test("this platform has all three engines", async () => expect(await hasWebCryptoEd25519()).toBe(true));

  for (const [name, input] of Object.entries(accepted)) {
    test(`${name}: accepted`, async () => expect(await verdict(input)).toBe(true));
  }
  for (const [name, input] of Object.entries(rejected)) {
    test(`${name}: rejected`, async () => expect(await verdict(input)).toBe(false));
  }

  test("A + 8-torsion: rejected for every message, where the engines alone accept some", async () => {
    for (const input of mixedKeys) expect(await verdict(input)).toBe(false);
    // The check of keys switched off: a crafted key gets signatures through, some and not others.
    const believing = { get: () => true, set: () => undefined };
    for (const engine of Object.values(engines)) {
      const unchecked = strictVerifier(engine, believing);
      const count = mixedKeys.filter((input) => unchecked.verify(input.publicKey, input.bytes, input.signature)).length;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(mixedKeys.length);
    }
  });

  test("noble's own verify would split from the others: why the equation is computed from points", () => {
    const { publicKey, bytes, signature } = craft("hello", ed25519.Point.ZERO, torsion);
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

import { isPeerId, publicKeyOf } from "@swarm-space/core";
import { expect, test } from "vitest";
import { SeededRandom, swiftIdentity, swiftSuite, swiftVerifier } from "../src/index.ts";

const suite = () => swiftSuite(new SeededRandom(7));

test("both sides agree on a secret, and a third does not", () => {
  const own = suite();
  const [a, b, c] = [own.keyPair(), own.keyPair(), own.keyPair()];
  expect(own.dh(a, b.publicKey)).toEqual(own.dh(b, a.publicKey));
  expect(own.dh(a, c.publicKey)).not.toEqual(own.dh(b, a.publicKey));
  expect(suite().keyPair()).toEqual(a);
});

test("a seal holds for its key, counter and additional bytes alone", () => {
  const own = suite();
  const key = own.hash(Uint8Array.of(1));
  const [plain, additional] = [Uint8Array.of(1, 2, 3), Uint8Array.of(9)];
  const sealed = own.cipher(key).seal(5, additional, plain, 2).subarray(2);
  expect(sealed).toHaveLength(19);
  expect(own.cipher(key).open(5, additional, sealed)).toEqual(plain);
  expect(own.cipher(key).open(6, additional, sealed)).toBeUndefined();
  expect(own.cipher(key).open(5, Uint8Array.of(8), sealed)).toBeUndefined();
  expect(own.cipher(own.rekey(key)).open(5, additional, sealed)).toBeUndefined();
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(own.cipher(key).open(5, additional, changed)).toBeUndefined();
  }
});

test("an identity signs for itself", async () => {
  const identity = swiftIdentity(new SeededRandom(1));
  expect(isPeerId(identity.id)).toBe(true);
  const signature = await identity.sign("domain", Uint8Array.of(1));
  const signed = Uint8Array.from([...new TextEncoder().encode("domain"), 0, 1]);
  expect(swiftVerifier().verify(publicKeyOf(identity.id), signed, signature)).toBe(true);
  expect(swiftVerifier().verify(publicKeyOf(identity.id), signed.subarray(1), signature)).toBe(false);
});

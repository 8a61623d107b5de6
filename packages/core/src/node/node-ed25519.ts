import { type KeyObject, sign, verify } from "node:crypto";
import type { Ed25519Engine } from "../security/ed25519-engine.ts";
import { keyText } from "../security/ed25519-strict.ts";
import { privateKeyObject, publicKeyObject, rawPublicKey } from "./node-keys.ts";

/** Keys whose objects are kept: to make one costs a tenth of a check. */
const mostKeyObjects = 1_024;

/** Ed25519 by OpenSSL, which computes the cofactorless equation. */
export function nodeEd25519(): Ed25519Engine {
  const keyObjects = new Map<string, KeyObject>();
  const keyObjectOf = (publicKey: Uint8Array): KeyObject => {
    const key = keyText(publicKey);
    const known = keyObjects.get(key);
    if (known !== undefined) return known;
    const made = publicKeyObject("Ed25519", publicKey);
    if (keyObjects.size >= mostKeyObjects) keyObjects.clear();
    keyObjects.set(key, made);
    return made;
  };
  return {
    signer(seed) {
      const key = privateKeyObject("Ed25519", seed);
      return { publicKey: rawPublicKey(key), sign: (bytes) => Uint8Array.from(sign(null, bytes, key)) };
    },
    verify(publicKey, bytes, signature) {
      try {
        return verify(null, bytes, keyObjectOf(publicKey), signature);
      } catch {
        return false;
      }
    },
    verifyLater(publicKey, bytes, signature) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      try {
        verify(null, bytes, keyObjectOf(publicKey), signature, (error, holds) => resolve(error === null && holds));
      } catch {
        resolve(false);
      }
      return promise;
    },
  };
}

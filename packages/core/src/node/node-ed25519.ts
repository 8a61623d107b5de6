import { sign, verify } from "node:crypto";
import type { Ed25519Engine } from "../security/ed25519-engine.ts";
import { privateKeyObject, publicKeyObject, rawPublicKey } from "./node-keys.ts";

/** Ed25519 by OpenSSL, which computes the cofactorless equation. */
export function nodeEd25519(): Ed25519Engine {
  return {
    signer(seed) {
      const key = privateKeyObject("Ed25519", seed);
      return { publicKey: rawPublicKey(key), sign: (bytes) => Uint8Array.from(sign(null, bytes, key)) };
    },
    verify(publicKey, bytes, signature) {
      try {
        return verify(null, bytes, publicKeyObject("Ed25519", publicKey), signature);
      } catch {
        return false;
      }
    },
  };
}

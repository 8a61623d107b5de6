import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import type { Random } from "../ports/clock.ts";
import type { CipherState, CryptoSuite } from "../ports/crypto-suite.ts";
import { isBytes } from "./bytes.ts";
import { isCounter, noiseNonce, rekeyNonce, requireCounter } from "./noise-nonce.ts";

/**
 * The suite that runs everywhere, in plain JavaScript.
 * @param random for fresh keys; the platform's own unless handed in
 */
export function nobleSuite(random?: Pick<Random, "bytes">): CryptoSuite {
  return {
    keyPair(secretKey) {
      const secret = secretKey === undefined ? (random?.bytes(32) ?? randomBytes(32)) : Uint8Array.from(secretKey);
      return { secretKey: secret, publicKey: x25519.getPublicKey(secret) };
    },
    dh: (own, publicKey) => x25519.getSharedSecret(own.secretKey, publicKey),
    cipher: nobleCipher,
    rekey: (key) => chacha20poly1305(key, rekeyNonce()).encrypt(new Uint8Array(32)).subarray(0, 32),
    hash: (bytes) => sha256(bytes),
    hmac: (key, bytes) => hmac(sha256, key, bytes),
  };
}

function nobleCipher(givenKey: Uint8Array): CipherState {
  if (!isBytes(givenKey, 32)) throw new RangeError("A cipher's key has 32 bytes.");
  const key = Uint8Array.from(givenKey);
  let wiped = false;
  return {
    seal(counter, additional, plain, headroom = 0) {
      requireCounter(counter);
      if (wiped) throw new RangeError("The cipher's key is wiped.");
      const sealed = new Uint8Array(headroom + plain.length + 16);
      chacha20poly1305(key, noiseNonce(counter), additional).encrypt(plain, sealed.subarray(headroom));
      return sealed;
    },
    open(counter, additional, sealed) {
      if (wiped || !isCounter(counter)) return undefined;
      try {
        return chacha20poly1305(key, noiseNonce(counter), additional).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
    wipe() {
      wiped = true;
      key.fill(0);
    },
  };
}

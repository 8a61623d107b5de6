import {
  type CipherState,
  type CryptoSuite,
  type HpkeInput,
  type Identity,
  type LetterHpke,
  peerIdOf,
} from "@swarm-space/core";
import type { SeededRandom } from "../random/seeded-random.ts";

/**
 * A stand-in for cryptography, a hundred times as fast and worth nothing as a seal: whoever sees a public key can sign with it.
 * It keeps the shape of the real thing, so that the kernel runs as shipped: same lengths, keys that must match, tags that
 * do not hold when a byte changes, and all of its chance from one seeded stream.
 */
export function swiftSuite(random: SeededRandom): CryptoSuite {
  return {
    keyPair(secretKey) {
      const secret = secretKey === undefined ? random.bytes(32) : Uint8Array.from(secretKey);
      return { secretKey: secret, publicKey: digest(secret) };
    },
    // The same on both sides: of the two public keys in their order.
    dh: ({ publicKey }, other) => (isBefore(publicKey, other) ? digest(publicKey, other) : digest(other, publicKey)),
    cipher: swiftCipher,
    rekey: (key) => digest(key),
    hash: (bytes) => digest(bytes),
    hmac: (key, bytes) => digest(key, bytes),
  };
}

/** An identity whose signatures `swiftVerifier` takes. */
export function swiftIdentity(random: SeededRandom): Identity {
  const publicKey = random.bytes(32);
  return Object.freeze({
    id: peerIdOf(publicKey),
    sign: async (domain: string, bytes: Uint8Array) =>
      signature(publicKey, Uint8Array.from([...new TextEncoder().encode(domain), 0, ...bytes])),
  });
}

/** For the room `verifier`. */
export function swiftVerifier(): {
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
} {
  return { verify: (publicKey, bytes, given) => equal(signature(publicKey, bytes), given) };
}

/** For the room `letterHpke`: seals nothing, and opens with the key that it was sealed to alone. */
export function swiftLetterHpke(random: SeededRandom): LetterHpke {
  const tagOf = (key: Uint8Array, { info, additional }: HpkeInput, enc: Uint8Array, plain: Uint8Array) =>
    digest(key, info, additional, enc, plain).subarray(0, tagBytes);
  return {
    async seal({ publicKey, plain, ...input }) {
      const enc = random.bytes(32);
      return joined(enc, plain, tagOf(publicKey, input, enc, plain));
    },
    async open({ secretKey, sealed, ...input }) {
      if (sealed.length < 32 + tagBytes) return undefined;
      const [enc, plain] = [sealed.slice(0, 32), sealed.slice(32, sealed.length - tagBytes)];
      const tag = tagOf(digest(secretKey), input, enc, plain);
      return equal(tag, sealed.subarray(sealed.length - tagBytes)) ? plain : undefined;
    },
  };
}

const tagBytes = 16;

function swiftCipher(givenKey: Uint8Array): CipherState {
  const key = Uint8Array.from(givenKey);
  const word = wordsOf([key])[0] ?? 0;
  let wiped = false;
  const tag = (counter: number, additional: Uint8Array, plain: Uint8Array) =>
    toBytes(wordsOf([additional, plain], word ^ counter).subarray(0, tagBytes / 4));
  return {
    seal(counter, additional, plain, headroom = 0) {
      if (wiped || !Number.isSafeInteger(counter) || counter < 0) throw new RangeError("no such counter, or no key");
      const sealed = new Uint8Array(headroom + plain.length + tagBytes);
      // The header is written into the headroom afterwards: it is not known to be equal yet.
      sealed.set(plain, headroom);
      sealed.set(tag(counter, additional, plain), headroom + plain.length);
      return sealed;
    },
    open(counter, additional, sealed) {
      if (wiped || sealed.length < tagBytes) return undefined;
      const plain = sealed.slice(0, sealed.length - tagBytes);
      return equal(tag(counter, additional, plain), sealed.subarray(plain.length)) ? plain : undefined;
    },
    wipe() {
      wiped = true;
      key.fill(0);
    },
  };
}

function signature(publicKey: Uint8Array, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...digest(publicKey, bytes), ...digest(bytes, publicKey)]);
}

function digest(...parts: readonly Uint8Array[]): Uint8Array {
  return toBytes(wordsOf(parts));
}

/** Eight words: two FNV-1a sums over all bytes, drawn out by MurmurHash3's finalizer. */
function wordsOf(parts: readonly Uint8Array[], salt = 0): Uint32Array {
  let one = 0x811c9dc5 ^ salt;
  let two = 0x9747b28c ^ Math.imul(salt, 0x85ebca6b);
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) {
      const byte = part[at] ?? 0;
      one = Math.imul(one ^ byte, 0x01000193);
      two = Math.imul(two ^ byte ^ (one >>> 24), 0x5bd1e995);
    }
    one = Math.imul(one ^ part.length, 0x01000193);
  }
  const words = new Uint32Array(8);
  for (let at = 0; at < 8; at++) {
    let word = one ^ Math.imul(two, 2 * at + 1) ^ Math.imul(at, 0x9e3779b9);
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    words[at] = word ^ (word >>> 16);
  }
  return words;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBytes(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer.slice(words.byteOffset, words.byteOffset + words.byteLength));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function isBefore(one: Uint8Array, other: Uint8Array): boolean {
  for (let at = 0; at < one.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

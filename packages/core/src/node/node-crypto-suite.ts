import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
} from "node:crypto";
import type { CipherState, CryptoSuite, KeyPair } from "../ports/crypto-suite.ts";
import { equalBytes, isBytes, releaseBytes } from "../security/bytes.ts";
import { isCounter, noiseNonce, rekeyNonce, requireCounter } from "../security/noise-nonce.ts";
import { privateKeyObject, publicKeyObject, rawPublicKey, rawSecretKey } from "./node-keys.ts";

const algorithm = "chacha20-poly1305";
const tagBytes = 16;
/** Below it a collection is cheaper. */
const leastReleasedBytes = 4_096;
const empty = new Uint8Array();
/** The types ask for it; OpenSSL needs it for CCM alone. */
const anyLength = Object.freeze({ plaintextLength: 0 });

/** The suite of Node: the same bytes as `nobleSuite`, by OpenSSL. */
export function nodeCryptoSuite(): CryptoSuite {
  // Making a private key object costs as much as the exchange itself, so a pair keeps its own.
  const objects = new WeakMap<KeyPair, KeyObject>();
  return {
    keyPair(secretKey) {
      const object =
        secretKey === undefined ? generateKeyPairSync("x25519").privateKey : privateKeyObject("X25519", secretKey);
      const pair = { secretKey: rawSecretKey(object), publicKey: rawPublicKey(object) };
      objects.set(pair, object);
      return pair;
    },
    dh(own, publicKey) {
      const privateKey = objects.get(own) ?? privateKeyObject("X25519", own.secretKey);
      return plain(diffieHellman({ privateKey, publicKey: publicKeyObject("X25519", publicKey) }));
    },
    cipher: nodeCipher,
    rekey: rekeyed,
    hash: (bytes) => plain(hash("sha256", bytes, "buffer")),
    hmac: (key, bytes) => plain(createHmac("sha256", key).update(bytes).digest()),
  };
}

function rekeyed(key: Uint8Array): Uint8Array {
  return sealWith(sealer(createSecretKey(key), rekeyNonce(), empty), new Uint8Array(32), 0).subarray(0, 32);
}

function nodeCipher(rawKey: Uint8Array): CipherState {
  if (!isBytes(rawKey, 32)) throw new RangeError("A cipher's key has 32 bytes.");
  let key: KeyObject | undefined = createSecretKey(rawKey);
  let sealing: Ready<Sealer> | undefined;
  let opening: Ready<Opener> | undefined;
  return {
    seal(counter, additional, bytes, headroom = 0) {
      requireCounter(counter);
      if (key === undefined) throw new RangeError("The cipher's key is wiped.");
      const cipher = readyFor(sealing, counter, additional) ?? sealer(key, noiseNonce(counter), additional);
      sealing = undefined;
      return sealWith(cipher, bytes, headroom);
    },
    open(counter, additional, sealed) {
      if (key === undefined || !isCounter(counter) || sealed.length < tagBytes) return undefined;
      const cipher = readyFor(opening, counter, additional) ?? opener(key, noiseNonce(counter), additional);
      opening = undefined;
      return openWith(cipher, sealed);
    },
    prepare(use, counter, given) {
      if (key === undefined || !isCounter(counter)) return;
      const additional = Uint8Array.from(given);
      const nonce = noiseNonce(counter);
      if (use === "seal") sealing ??= { counter, additional, cipher: sealer(key, nonce, additional) };
      else opening ??= { counter, additional, cipher: opener(key, nonce, additional) };
    },
    wipe() {
      key = undefined;
      sealing = undefined;
      opening = undefined;
    },
  };
}

type Sealer = ReturnType<typeof sealer>;
type Opener = ReturnType<typeof opener>;

/** A cipher that was made before it is needed: that takes as long as to seal a hundred bytes, and twice as long in a thread that just woke. */
interface Ready<Cipher> {
  readonly counter: number;
  readonly additional: Uint8Array;
  readonly cipher: Cipher;
}

function readyFor<C>(ready: Ready<C> | undefined, counter: number, additional: Uint8Array): C | undefined {
  if (ready?.counter !== counter || !equalBytes(ready.additional, additional)) return undefined;
  return ready.cipher;
}

function sealer(key: KeyObject, nonce: Uint8Array, additional: Uint8Array) {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  if (additional.length > 0) cipher.setAAD(additional, anyLength);
  return cipher;
}

function opener(key: KeyObject, nonce: Uint8Array, additional: Uint8Array) {
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  if (additional.length > 0) decipher.setAAD(additional, anyLength);
  return decipher;
}

function sealWith(cipher: Sealer, bytes: Uint8Array, headroom: number): Uint8Array {
  const sealed = unfilled(headroom + bytes.length + tagBytes);
  sealed.fill(0, 0, headroom);
  if (bytes.length > 0) {
    const out = cipher.update(bytes);
    sealed.set(out, headroom);
    release(out);
  }
  cipher.final();
  sealed.set(cipher.getAuthTag(), headroom + bytes.length);
  return sealed;
}

function openWith(decipher: Opener, sealed: Uint8Array): Uint8Array | undefined {
  const length = sealed.length - tagBytes;
  try {
    decipher.setAuthTag(sealed.subarray(length));
    const bytes = length > 0 ? plain(decipher.update(sealed.subarray(0, length))) : new Uint8Array();
    decipher.final();
    return bytes;
  } catch {
    return undefined;
  }
}

/** Gives memory back at once that only a collection would find: at a hundred MB/s those cost more than the sealing. */
function release(own: Buffer): void {
  if (own.length >= leastReleasedBytes) releaseBytes(own);
}

/** Memory of its own, a large one not yet zero: whoever asks writes every byte. */
function unfilled(length: number): Uint8Array {
  if (length < leastReleasedBytes) return new Uint8Array(length);
  return plain(Buffer.allocUnsafeSlow(length));
}

/** The same memory without Buffer's other `slice` and `toString`. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

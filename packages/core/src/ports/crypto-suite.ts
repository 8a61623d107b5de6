/** An X25519 pair (RFC 7748). */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** One direction of a sealed link. Made once per key, for making a key object costs more than sealing. */
export interface CipherState {
  /** ChaCha20-Poly1305 (RFC 8439). The counter is the nonce's last eight bytes, little-endian, as in Noise. */
  seal(counter: number, additional: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Undefined where the seal does not hold. */
  open(counter: number, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** Primitives for the secure link. Synchronous; node:crypto in Node, noble as the ground everywhere. */
export interface CryptoSuite {
  /** Fresh, or of the given secret. */
  keyPair(secretKey?: Uint8Array): KeyPair;
  /** X25519. Throws on a low-order public key. */
  dh(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  cipher(key: Uint8Array): CipherState;
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array;
  /** HMAC-SHA-256. */
  hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array;
}

/** An X25519 pair (RFC 7748), 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** One key of a sealed link, in one direction. Made once per key, for making a key object costs more than sealing. */
export interface CipherState {
  /**
   * ChaCha20-Poly1305 (RFC 8439): as many bytes as `plain` and 16 more.
   * The nonce is four zero bytes and the counter in eight, little-endian, as in Noise §12.3.
   * @param counter a safe integer, never used twice under one key: the caller sees to that
   * @param headroom bytes left free (zero) before the sealed ones, so that a header needs no second copy. Default 0
   * @throws RangeError for another counter
   */
  seal(counter: number, additional: Uint8Array, plain: Uint8Array, headroom?: number): Uint8Array;
  /** Undefined where the seal does not hold, or the counter is none. Never throws on bytes. */
  open(counter: number, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /**
   * Makes ready what sealing, or opening, with these two takes, while there is time: the next record need not wait for it
   * then. Changes no byte, and binds nobody to them. Left out where nothing can be made before.
   */
  prepare?(use: "seal" | "open", counter: number, additional: Uint8Array): void;
  /** Forgets the key; sealing afterwards throws, opening gives undefined. Twice is harmless. */
  wipe(): void;
}

/** Primitives for the secure link. Synchronous; node:crypto in Node, noble as the ground everywhere. All give the same bytes. */
export interface CryptoSuite {
  /** Fresh, or of the given secret (32 bytes, copied). */
  keyPair(secretKey?: Uint8Array): KeyPair;
  /** X25519. Throws on a low-order public key. Fastest with a pair that this suite made. */
  dh(own: KeyPair, publicKey: Uint8Array): Uint8Array;
  /** @param key 32 bytes, copied */
  cipher(key: Uint8Array): CipherState;
  /** The key after this one: Noise §4.2 `REKEY`, which alone uses the nonce 2⁶⁴ − 1. */
  rekey(key: Uint8Array): Uint8Array;
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array;
  /** HMAC-SHA-256. */
  hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array;
}

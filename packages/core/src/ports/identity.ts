/**
 * A peer's name: the base32 (lower case, no padding, 52 letters) of its Ed25519
 * public key. It certifies itself, and fits a PeerJS id, a Gun soul and a DNS label.
 */
export type PeerId = string;

/** What runs now under an identity. Two tabs of one identity are two instances. */
export interface Instance {
  /** Grows with each start: a persisted counter, else wall milliseconds. The newest instance gets the letters. */
  readonly epoch: number;
  /** 16 random hexadecimal digits, so two instances of one epoch are still two. */
  readonly nonce: string;
}

/** Who we are. The private key never leaves the room behind this interface. */
export interface Identity {
  readonly id: PeerId;
  /**
   * Signs `domain ‖ 0x00 ‖ bytes` with Ed25519 (RFC 8032).
   * The domain separates uses, so a signature for one is none for another.
   */
  sign(domain: string, bytes: Uint8Array): Promise<Uint8Array>;
}

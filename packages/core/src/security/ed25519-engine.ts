import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { equalBytes, joinBytes } from "./bytes.ts";

/** One Ed25519 key that can sign. The seed stays behind it. */
export interface Ed25519Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes: RFC 8032 §5.1.6, deterministic. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** Ed25519 (RFC 8032) of one platform. Synchronous. */
export interface Ed25519Engine {
  /** @param seed 32 bytes; copied, so the caller may wipe its own */
  signer(seed: Uint8Array): Ed25519Signer;
  /**
   * The cofactorless equation `encode([S]B − [k]A) == R` alone. Which keys and encodings are allowed at all
   * is the rule of `strictVerifier`; callers use that.
   */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** The same on other threads, where the platform has them. What is handed in is read before it returns. */
  verifyLater?(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** The ground everywhere: noble. Its own `verify` multiplies by the cofactor, so the equation is computed from points. */
export function nobleEd25519(): Ed25519Engine {
  return {
    signer(seed) {
      const secret = Uint8Array.from(seed);
      return { publicKey: ed25519.getPublicKey(secret), sign: (bytes) => ed25519.sign(bytes, secret) };
    },
    verify: verifyFromPoints,
  };
}

function verifyFromPoints(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  try {
    const encodedR = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32, 64));
    const k = Point.Fn.create(littleEndian(sha512(joinBytes(encodedR, publicKey, bytes))));
    const sB = s === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(s);
    const kA = k === 0n ? Point.ZERO : Point.fromBytes(publicKey).multiplyUnsafe(k);
    return equalBytes(sB.subtract(kA).toBytes(), encodedR);
  } catch {
    return false;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

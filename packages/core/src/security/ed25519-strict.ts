import { ed25519 } from "@noble/curves/ed25519.js";
import { isBytes } from "./bytes.ts";
import type { Ed25519Engine } from "./ed25519-engine.ts";

/** Remembers which keys are sound, for the check of one costs a millisecond. Bounded by whoever makes it. */
export interface KeyVerdicts {
  get(key: string): boolean | undefined;
  set(key: string, sound: boolean): void;
}

/** Verifies under the rule `ed25519-strict/1`. Total: anything but a valid signature is `false`. */
export interface StrictVerifier {
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** The same on other threads, where the engine has them: for whoever has many. */
  verifyLater?(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** The same rule over an engine that answers later, as WebCrypto does. */
export interface AsyncStrictVerifier {
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** The last `capacity` verdicts; the oldest goes first. */
export function recentKeyVerdicts(capacity: number): KeyVerdicts {
  const verdicts = new Map<string, boolean>();
  return {
    get: (key) => verdicts.get(key),
    set(key, sound) {
      verdicts.delete(key);
      verdicts.set(key, sound);
      for (const oldest of verdicts.keys()) {
        if (verdicts.size <= capacity) break;
        verdicts.delete(oldest);
      }
    },
  };
}

/**
 * The rule `ed25519-strict/1`, so that no crafted key or signature splits nodes of different engines: A and R
 * canonical (y < p, no negative zero), S < L, A in the prime-order subgroup and not its identity (so neither of
 * small nor of mixed order), and the cofactorless equation. See RFC 8032 §5.1.7 and "Taming the many EdDSAs" (2020).
 */
export function strictVerifier(
  engine: Pick<Ed25519Engine, "verify" | "verifyLater">,
  verdicts?: KeyVerdicts,
): StrictVerifier {
  const verify = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) =>
    isWellFormed(publicKey, bytes, signature) &&
    isSoundKey(publicKey, verdicts) &&
    engine.verify(publicKey, bytes, signature);
  if (engine.verifyLater === undefined) return { verify };
  const later = asyncStrictVerifier({ verify: engine.verifyLater }, verdicts);
  return { verify, verifyLater: later.verify };
}

/** `strictVerifier` over an asynchronous engine. */
export function asyncStrictVerifier(engine: AsyncStrictVerifier, verdicts?: KeyVerdicts): AsyncStrictVerifier {
  return {
    verify: async (publicKey, bytes, signature) =>
      isWellFormed(publicKey, bytes, signature) &&
      isSoundKey(publicKey, verdicts) &&
      (await engine.verify(publicKey, bytes, signature)),
  };
}

function isWellFormed(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  return (
    isBytes(publicKey, 32) &&
    bytes instanceof Uint8Array &&
    isBytes(signature, 64) &&
    isCanonicalPoint(publicKey) &&
    isCanonicalPoint(signature.subarray(0, 32)) &&
    isBelow(signature.subarray(32, 64), order)
  );
}

/** True for a key on the curve, canonical, in the prime-order subgroup and not the identity. */
export function isSoundKey(publicKey: Uint8Array, verdicts?: KeyVerdicts): boolean {
  if (!isBytes(publicKey, 32)) return false;
  const key = keyText(publicKey);
  const known = verdicts?.get(key);
  if (known !== undefined) return known;
  const sound = checkKey(publicKey);
  verdicts?.set(key, sound);
  return sound;
}

/** A key's bytes as a text, to look it up by. */
export function keyText(publicKey: Uint8Array): string {
  // Read by its indexes; to spread it is to ask its iterator, ten times as slow.
  return Reflect.apply(String.fromCharCode, null, publicKey);
}

function checkKey(publicKey: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(publicKey);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}

/** L = 2²⁵² + 27742317777372353535851937790883648493, little-endian. */
const order = Uint8Array.from([
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0x10,
]);
/** p = 2²⁵⁵ − 19, little-endian. */
const prime = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 0xed : at === 31 ? 0x7f : 0xff));

/** y < p, and no sign on x = 0 (y = ±1). */
function isCanonicalPoint(encoded: Uint8Array): boolean {
  const highest = (encoded[31] ?? 0) & 0x7f;
  // Then it is below p, and neither 1 nor p − 1.
  if (highest > 0 && highest < 0x7f) return true;
  const y = encoded.slice();
  const sign = ((y[31] ?? 0) & 0x80) !== 0;
  y[31] = (y[31] ?? 0) & 0x7f;
  if (!isBelow(y, prime)) return false;
  return !sign || !hasZeroX(y);
}

function hasZeroX(y: Uint8Array): boolean {
  const rest = y.subarray(1);
  if (y[0] === 1) return rest.every((byte) => byte === 0);
  return y[0] === 0xec && rest.every((byte, at) => byte === prime[at + 1]);
}

function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let at = 31; at >= 0; at -= 1) {
    const difference = (value[at] ?? 0) - (limit[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

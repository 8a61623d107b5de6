/** Signatures at the edges of the rule `ed25519-strict/1`, for every engine and every runtime. */
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { joinBytes, textBytes } from "../../src/security/bytes.ts";

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const prime = Point.Fp.ORDER;
type Curve = typeof Point.BASE;

const littleEndian = (value: bigint, length = 32): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
const toBigInt = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
/** A point of order 8. */
export const torsion = Point.fromHex(
  ED25519_TORSION_SUBGROUP.find((hex) => isOrder8(Point.fromHex(hex, true))) ?? "",
  true,
);
function isOrder8(point: Curve): boolean {
  return !point.double().double().is0() && point.double().double().double().is0();
}

export const seed = Uint8Array.from({ length: 32 }, (_, at) => 200 - at);
const secret = ed25519.utils.getExtendedPublicKey(seed);

export interface Case {
  readonly publicKey: Uint8Array;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs as RFC 8032 does, with an offset of the caller's on A and on R. */
export function craft(text: string, onKey: Curve = Point.ZERO, onR: Curve = Point.ZERO, r = 123_456_789n): Case {
  const bytes = textBytes(text);
  const publicKey = Point.BASE.multiply(secret.scalar).add(onKey).toBytes();
  const encodedR = (r === 0n ? Point.ZERO : Point.BASE.multiply(r)).add(onR).toBytes();
  const k = toBigInt(sha512(joinBytes(encodedR, publicKey, bytes))) % order;
  const s = (r + k * secret.scalar) % order;
  return { publicKey, bytes, signature: joinBytes(encodedR, littleEndian(s)) };
}

export const honest = craft("hello");
const withS = (s: bigint): Case => ({
  ...honest,
  signature: joinBytes(honest.signature.subarray(0, 32), littleEndian(s)),
});
const identity = Point.ZERO.toBytes();
const negativeZero = (encoded: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(encoded);
  copy[31] = (copy[31] ?? 0) | 0x80;
  return copy;
};

/** What the rule accepts, by name. */
export const accepted: Readonly<Record<string, Case>> = {
  honest,
  "noble's own": {
    publicKey: ed25519.getPublicKey(seed),
    bytes: textBytes("other"),
    signature: ed25519.sign(textBytes("other"), seed),
  },
};

/** What it rejects, by name. */
export const rejected: Readonly<Record<string, Case>> = {
  "A = R = identity, S = 0, good for any message": {
    publicKey: identity,
    bytes: textBytes("any"),
    signature: joinBytes(identity, littleEndian(0n)),
  },
  "A of order 8": {
    publicKey: torsion.toBytes(),
    bytes: textBytes("any"),
    signature: joinBytes(identity, littleEndian(0n)),
  },
  "R + 8-torsion": craft("hello", Point.ZERO, torsion),
  "S + L": withS(toBigInt(honest.signature.subarray(32)) + order),
  "S = L": withS(order),
  "S all ones": withS((1n << 256n) - 1n),
  "R with y = p + 1 for the identity": {
    ...craft("r", Point.ZERO, Point.ZERO, 0n),
    signature: joinBytes(littleEndian(prime + 1n), craft("r", Point.ZERO, Point.ZERO, 0n).signature.subarray(32)),
  },
  "R = identity with a sign on x = 0": { ...honest, signature: joinBytes(negativeZero(identity), littleEndian(0n)) },
  "A with y = p": { ...honest, publicKey: littleEndian(prime) },
  "A with y = p + 1": { ...honest, publicKey: littleEndian(prime + 1n) },
  "A = identity with a sign on x = 0": { ...honest, publicKey: negativeZero(identity) },
  "A off the curve": { ...honest, publicKey: littleEndian(2n) },
  "another message": { ...honest, bytes: textBytes("hellp") },
  "a half signature": { ...honest, signature: honest.signature.subarray(0, 32) },
  "a long key": { ...honest, publicKey: joinBytes(honest.publicKey, Uint8Array.of(0)) },
  nothing: { publicKey: new Uint8Array(), bytes: new Uint8Array(), signature: new Uint8Array() },
};

/** Keys with a part of order 8: engines alone accept some of these, and not the same ones. */
export const mixedKeys: readonly Case[] = Array.from({ length: 40 }, (_, at) => craft(`message ${at}`, torsion));

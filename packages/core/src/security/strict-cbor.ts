import { decode, encode } from "cborg";

/** CBOR (RFC 8949) in the one form that `decodeList` takes. */
export function encodeList(list: readonly unknown[]): Uint8Array {
  return encode(list);
}

/** The array that the bytes are, or undefined: too long, no CBOR, no array, or more than one form allows. Never throws. */
export function decodeList(bytes: unknown, maxBytes: number): readonly unknown[] | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length > maxBytes) return undefined;
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowNaN: false,
      allowInfinity: false,
    });
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A count, epoch, sequence or time: a safe integer from 0. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

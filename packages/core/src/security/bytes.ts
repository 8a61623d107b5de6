const encoder = new TextEncoder();

/** UTF-8. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** One array of all parts. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Content equality of public bytes. Not constant-time: never for secrets or tags. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** True for a `Uint8Array` of exactly `length` bytes. */
export function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

/**
 * Gives an array's memory back at once, where it is all of its buffer: the array is empty then. Whoever asks knows that nobody
 * reads it any more.
 */
export function releaseBytes({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && typeof buffer.transfer === "function")
    buffer.transfer(0);
}

/** Overwrites secrets that are no longer needed. Best effort: an engine may have copied them before. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

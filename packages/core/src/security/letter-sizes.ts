/**
 * A sealed letter has one of these sizes, in bytes, so that its length tells little. The largest is, in base64,
 * below 24,000 characters: the longest value that every mailbox carries well.
 */
export const letterSizes: readonly number[] = Object.freeze([256, 1_024, 4_096, 16_384, 17_920]);

/** The smallest size class that holds `bytes`, or undefined beyond the largest. */
export function letterSizeFor(bytes: number): number | undefined {
  return letterSizes.find((size) => size >= bytes);
}

/** Four bytes of length, the content, zeros up to `bytes`. */
export function padTo(content: Uint8Array, bytes: number): Uint8Array {
  const padded = new Uint8Array(bytes);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, 4);
  return padded;
}

/** What `padTo` padded; undefined unless every byte of the padding is zero. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length < 4) return undefined;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > padded.length - 4) return undefined;
  return padded.subarray(4 + length).every((byte) => byte === 0) ? padded.subarray(4, 4 + length) : undefined;
}

/** Noise §12.3 for ChaChaPoly: four zero bytes, then the counter in eight, little-endian. */
export function noiseNonce(counter: number): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, counter >>> 0, true);
  view.setUint32(8, Math.floor(counter / 0x1_0000_0000), true);
  return nonce;
}

/** The nonce 2⁶⁴ − 1, which Noise keeps for `REKEY`. */
export function rekeyNonce(): Uint8Array {
  return new Uint8Array(12).fill(0xff, 4);
}

/** A counter this side can hold exactly: a safe integer from 0. */
export function isCounter(counter: number): boolean {
  return Number.isSafeInteger(counter) && counter >= 0;
}

/** @throws RangeError unless `isCounter` */
export function requireCounter(counter: number): void {
  if (!isCounter(counter)) throw new RangeError("A counter is a safe integer from 0.");
}

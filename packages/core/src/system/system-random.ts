import { SwarmError } from "../errors/index.ts";
import type { Random } from "../ports/clock.ts";

/** Web Crypto gives at most this many bytes at once. */
const chunkBytes = 65_536;

/** The machine's randomness (Web Crypto), fit for keys. */
export function systemRandom(): Random {
  return Object.freeze({ bytes: randomBytes, float: randomFloat });
}

/** @throws SwarmError `OPTION_INVALID` where the length is no whole number from 0 to 2^31 - 1 */
function randomBytes(length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0 || length >= 2 ** 31) {
    throw new SwarmError("OPTION_INVALID", "A length must be a whole number from 0 to 2^31 - 1.", {
      detail: { length },
    });
  }
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += chunkBytes)
    crypto.getRandomValues(bytes.subarray(start, start + chunkBytes));
  return bytes;
}

/** 53 random bits, as many as a double's fraction holds. */
function randomFloat(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/**
 * Difficulty: how many hashes a block costs on average. In headers it is a u32 of two parts, `exponent << 24 | mantissa`, worth
 * `mantissa << exponent`. One value has one form: with an exponent the mantissa has its highest bit set; so forms are
 * ordered as their values are.
 */
const mantissaBits = 24;
const mantissaLimit = 2 ** mantissaBits;
/** Beyond it a target would be below one. */
const mostExponent = 231;

/** 0 is no difficulty. Undefined where the form is not the one of its value. */
export function expandDifficulty(compact: number): bigint | undefined {
  if (!Number.isInteger(compact) || compact <= 0 || compact > 0xffff_ffff) return undefined;
  const exponent = Math.floor(compact / mantissaLimit);
  const mantissa = compact % mantissaLimit;
  if (exponent > mostExponent || mantissa === 0) return undefined;
  if (exponent > 0 && mantissa < mantissaLimit / 2) return undefined;
  return BigInt(mantissa) << BigInt(exponent);
}

/** The highest form that is worth at most `difficulty`; of less than 1 that of 1. */
export function compactDifficulty(difficulty: bigint): number {
  if (difficulty < 1n) return 1;
  const exponent = Math.max(0, difficulty.toString(2).length - mantissaBits);
  if (exponent > mostExponent) return mostExponent * mantissaLimit + (mantissaLimit - 1);
  return exponent * mantissaLimit + Number(difficulty >> BigInt(exponent));
}

/** An id must be at most this: so that one hash in `difficulty` meets it. */
export function targetOf(difficulty: bigint): bigint {
  return ((1n << 256n) - 1n) / difficulty;
}

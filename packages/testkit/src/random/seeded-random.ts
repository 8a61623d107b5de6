import { type Random, SwarmError } from "@swarm-space/core";

/**
 * Repeatable randomness: sfc32 by Chris Doty-Humphrey (PractRand), 128 bits of state, period at least 2^32.
 * Good for simulations and tests, worthless for keys that matter.
 */
export class SeededRandom implements Random {
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Equal seeds give equal streams; 1 and "1" are the same seed. */
  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#a = hashOf(this.seed, 0x9e3779b9);
    this.#b = hashOf(this.seed, 0x243f6a88);
    this.#c = hashOf(this.seed, 0xb7e15162);
    // PractRand mixes a seed by running the generator before the first number is handed out.
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  bytes(length: number): Uint8Array {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new SwarmError("OPTION_INVALID", `length: expected a whole number from 0, found ${String(length)}`);
    }
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const word = this.uint32();
      for (let k = 0; k < 4 && i + k < length; k++) out[i + k] = word >>> (8 * k);
    }
    return out;
  }

  /** 53 bits, in [0, 1). */
  float(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** A whole number in [0, below). `below` is at least 1. */
  integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1) {
      throw new SwarmError("OPTION_INVALID", `below: expected a whole number from 1, found ${String(below)}`);
    }
    return Math.floor(this.float() * below);
  }

  /** One of the list; undefined of an empty one. */
  pick<Value>(list: readonly Value[]): Value | undefined {
    return list.length === 0 ? undefined : list[this.integer(list.length)];
  }

  /**
   * A stream of its own that depends on the seed and the name alone, not on what was drawn before.
   * So a part that draws more does not change what its neighbours see.
   */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${name}`);
  }
}

/** FNV-1a over UTF-16 units, ended by MurmurHash3's 32-bit finalizer. */
function hashOf(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

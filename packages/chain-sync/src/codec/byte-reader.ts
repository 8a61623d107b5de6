import { hexOf } from "./hex-text.ts";

/** Thrown inside a decoder, caught at its door: never leaves `codec/`. */
export class Malformed extends Error {}

/** Reads big-endian fields one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u64(): bigint {
    const high = this.unsigned(4);
    const low = this.unsigned(4);
    // Amounts and nonces are small nearly always, and shifting big integers is dear.
    return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A copy: what is decoded does not hold the frame it came in. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  /** As hexadecimal digits, two a byte. */
  hex(length: number): string {
    const at = this.#take(length);
    return hexOf(this.#bytes, at, at + length);
  }

  /** Of so many bytes, at most six. By hand: a `DataView` for a few bytes costs more than they do. */
  unsigned(length: number): number {
    const at = this.#take(length);
    const bytes = this.#bytes;
    let value = 0;
    for (let place = at; place < at + length; place += 1) value = value * 256 + (bytes[place] ?? 0);
    return value;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.left) throw new Malformed(`${length} bytes wanted at ${at}, ${this.left} left`);
    this.#at += length;
    return at;
  }
}

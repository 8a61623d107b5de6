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

  u8(): number {
    return this.#unsigned(1);
  }

  u16(): number {
    return this.#unsigned(2);
  }

  u32(): number {
    return this.#unsigned(4);
  }

  u48(): number {
    return this.#unsigned(6);
  }

  u64(): bigint {
    return (BigInt(this.#unsigned(4)) << 32n) | BigInt(this.#unsigned(4));
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

  /** At most 48 bits. By hand: a `DataView` for a few bytes costs more than they do. */
  #unsigned(length: number): number {
    const at = this.#take(length);
    let value = 0;
    for (let place = at; place < at + length; place += 1) value = value * 256 + (this.#bytes[place] ?? 0);
    return value;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.left) throw new Malformed(`${length} bytes wanted at ${at}, ${this.left} left`);
    this.#at += length;
    return at;
  }
}

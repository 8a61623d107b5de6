import { hexOf } from "./hex-text.ts";

/** Thrown inside a decoder, caught at its door: never leaves `codec/`. */
export class Malformed extends Error {}

/** Reads big-endian fields one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  u48(): number {
    const at = this.#take(6);
    return this.#view.getUint16(at) * 2 ** 32 + this.#view.getUint32(at + 2);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
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

  #take(length: number): number {
    const at = this.#at;
    if (length > this.left) throw new Malformed(`${length} bytes wanted at ${at}, ${this.left} left`);
    this.#at += length;
    return at;
  }
}

import { digitAt } from "./hex-text.ts";

/** Writes big-endian fields one after the other, into an array that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #at = 0;

  /** @param size how many bytes it will likely be: if exact, they are made once */
  constructor(size = 64) {
    this.#bytes = new Uint8Array(size);
  }

  u8(value: number): void {
    this.#unsigned(value, 1);
  }

  u16(value: number): void {
    this.#unsigned(value, 2);
  }

  u32(value: number): void {
    this.#unsigned(value, 4);
  }

  u48(value: number): void {
    this.#unsigned(Math.floor(value / 2 ** 32), 2);
    this.#unsigned(value % 2 ** 32, 4);
  }

  u64(value: bigint): void {
    this.#unsigned(Number(value >> 32n), 4);
    this.#unsigned(Number(value & 0xffff_ffffn), 4);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** Two digits a byte. False, and nothing is sure of what was written, for a text of other signs. */
  hex(value: string): boolean {
    const at = this.#room(value.length >> 1);
    let isHex = value.length % 2 === 0;
    for (let digit = 0; isHex && digit < value.length; digit += 2) {
      const [high, low] = [digitAt(value, digit), digitAt(value, digit + 1)];
      isHex = high >= 0 && low >= 0;
      this.#bytes[at + (digit >> 1)] = high * 16 + low;
    }
    return isHex;
  }

  /** The last call: what was written is the caller's. */
  finish(): Uint8Array {
    return this.#at === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#at);
  }

  /** By hand: a `DataView` for a few bytes costs more than they do. */
  #unsigned(value: number, length: number): void {
    const at = this.#room(length);
    for (let place = length - 1, left = value; place >= 0; place -= 1, left >>>= 8)
      this.#bytes[at + place] = left & 0xff;
  }

  /** Where the next `length` bytes go. It may put a wider array in the place of the old: call it before that is read. */
  #room(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    return at;
  }
}

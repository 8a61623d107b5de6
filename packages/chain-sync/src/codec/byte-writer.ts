import { digitAt } from "./hex-text.ts";

/** Writes big-endian fields one after the other, into an array that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #at = 0;

  /** @param size how many bytes it will likely be: if exact, they are made once */
  constructor(size = 64) {
    this.#bytes = new Uint8Array(size);
  }

  u64(value: bigint): void {
    // Amounts and nonces are small nearly always, and shifting big integers is dear.
    const isSmall = value <= 0xffff_ffffn;
    this.unsigned(isSmall ? 0 : Number(value >> 32n), 4);
    this.unsigned(Number(isSmall ? value : value & 0xffff_ffffn), 4);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** Two digits a byte. False, and nothing is sure of what was written, for a text of other signs. */
  hex(value: string): boolean {
    if (value.length % 2 !== 0) return false;
    const at = this.#room(value.length >> 1);
    const bytes = this.#bytes;
    let worst = 0;
    for (let digit = 0; digit < value.length; digit += 2) {
      const high = digitAt(value, digit);
      const low = digitAt(value, digit + 1);
      // Below nothing where one of them is.
      worst |= high | low;
      bytes[at + (digit >> 1)] = high * 16 + low;
    }
    return worst >= 0;
  }

  /** The last call: what was written is the caller's. */
  finish(): Uint8Array {
    return this.#at === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#at);
  }

  /** In so many bytes, at most six. By hand: a `DataView` for a few bytes costs more than they do. */
  unsigned(value: number, length: number): void {
    const at = this.#room(length);
    const bytes = this.#bytes;
    const low = Math.min(length, 4);
    for (let place = length - 1, left = value >>> 0; place >= length - low; place -= 1, left >>>= 8)
      bytes[at + place] = left & 0xff;
    for (let place = length - low - 1, left = Math.floor(value / 2 ** 32); place >= 0; place -= 1, left >>>= 8)
      bytes[at + place] = left & 0xff;
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

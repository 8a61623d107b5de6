import { digitAt } from "./hex-text.ts";

/** Writes big-endian fields one after the other, into an array that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  /** @param size how many bytes it will likely be: if exact, they are made once */
  constructor(size = 256) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value);
  }

  u48(value: number): void {
    const at = this.#room(6);
    this.#view.setUint16(at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(at + 2, value % 2 ** 32);
  }

  u64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, value);
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

  /** Where the next `length` bytes go. It may put a wider array in the place of the old: call it before either is read. */
  #room(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at));
      wider.set(this.#bytes);
      this.#bytes = wider;
      this.#view = new DataView(wider.buffer);
    }
    return at;
  }
}

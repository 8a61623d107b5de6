export const major = Object.freeze({
  unsigned: 0,
  negative: 1,
  byteString: 2,
  textString: 3,
  list: 4,
  map: 5,
  simple: 7,
} as const);

/**
 * Reads the heads of CBOR one after the other, and only shortest ones (RFC 8949 §4.2.1), as the codec's strict mode does. After one
 * that does not fit nothing more is read.
 */
export class HeadReader {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** From the beginning of other bytes. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The byte that comes, or one after it; -1: there is none. */
  peek(ahead = 0): number {
    return this.#bytes[this.#at + ahead] ?? -1;
  }

  /** The argument of a head of this major type; undefined where there is another, or not its shortest form. */
  head(type: number): number | undefined {
    const bytes = this.#bytes;
    const at = this.#at;
    const first = bytes[at] ?? 0xff;
    if (first >> 5 !== type) return this.fail();
    const info = first & 31;
    if (info < 24) {
      this.#at = at + 1;
      return info;
    }
    if (info === 24) return this.#argument(bytes[at + 1] ?? -1, 2, 24);
    if (info === 25) return at + 2 < bytes.length ? this.#argument(word(bytes, at + 1), 3, 0x100) : this.fail();
    if (info === 26) {
      if (at + 4 >= bytes.length) return this.fail();
      return this.#argument(word(bytes, at + 1) * 0x1_0000 + word(bytes, at + 3), 5, 0x1_0000);
    }
    if (info !== 27 || at + 8 >= bytes.length) return this.fail();
    const high = word(bytes, at + 1) * 0x1_0000 + word(bytes, at + 3);
    const low = word(bytes, at + 5) * 0x1_0000 + word(bytes, at + 7);
    return this.#argument(high * 0x1_0000_0000 + low, 9, 0x1_0000_0000);
  }

  #argument(value: number, length: number, least: number): number | undefined {
    if (value < least || !Number.isSafeInteger(value)) return this.fail();
    this.#at += length;
    return value;
  }

  /** The bytes of a string of this major type. */
  string(type: number): Uint8Array | undefined {
    const length = this.head(type);
    return length === undefined ? undefined : this.bytes(length);
  }

  /** So many bytes, as a view. */
  bytes(length: number): Uint8Array | undefined {
    const from = this.#skip(length);
    return from === undefined ? undefined : this.#bytes.subarray(from, this.#at);
  }

  /**
   * A short text of so many bytes. @param likely most often it is this one, which is then not made again
   * @returns undefined, and is where it was: not all there, or not all ASCII
   */
  ascii(length: number, likely = ""): string | undefined {
    const bytes = this.#bytes;
    const from = this.#at;
    if (length !== likely.length || !this.#isAt(likely, from)) {
      const codes = new Array<number>(length);
      for (let i = 0; i < length; i++) {
        const code = bytes[from + i] ?? 0x80;
        if (code > 0x7f) return undefined;
        codes[i] = code;
      }
      likely = String.fromCharCode(...codes);
    }
    this.#at = from + length;
    return likely;
  }

  #isAt(text: string, from: number): boolean {
    for (let i = 0; i < text.length; i++) if (this.#bytes[from + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Where the next so many bytes begin. */
  #skip(length: number): number | undefined {
    const from = this.#at;
    if (from + length > this.#bytes.length) return this.fail();
    this.#at = from + length;
    return from;
  }

  /** Nothing more is read. */
  fail(): undefined {
    this.#at = Number.POSITIVE_INFINITY;
    return undefined;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

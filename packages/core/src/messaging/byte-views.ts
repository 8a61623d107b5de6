/**
 * A shorter way for long byte strings. The codec copies each one it reads, and a large letter would be copied three
 * times on its way in; these readers take the exact forms that large letters have, as views on the same memory, and
 * leave every other form to the codec. Only shortest heads (RFC 8949 §4.2.1) count, as in the codec's strict mode.
 */

/** Below it the codec is as fast, and a view would keep a whole frame alive for a few bytes. */
const leastBytes = 1_024;
const unsigned = 0;
const byteString = 2;
const textString = 3;
const list = 4;

/** The fields of `[1, base, [2, seq, index, count, bytes]]`: a frame with one piece and nothing else. */
export function viewPieceFrame(
  bytes: Uint8Array,
): { readonly version: number; readonly base: number; readonly item: readonly unknown[] } | undefined {
  if (bytes.length < leastBytes) return undefined;
  const reader = new HeadReader(bytes);
  if (reader.head(list) !== 3) return undefined;
  const version = reader.head(unsigned);
  const base = reader.head(unsigned);
  if (version === undefined || base === undefined || reader.head(list) !== 5) return undefined;
  const item = [reader.head(unsigned), reader.head(unsigned), reader.head(unsigned), reader.head(unsigned)];
  const piece = reader.string(byteString);
  return piece === undefined || !reader.isAtEnd || item.includes(undefined)
    ? undefined
    : { version, base, item: [...item, piece] };
}

/** The fields of `[1, base, letter]`: a frame with one letter and nothing else. */
export function viewLetterFrame(
  bytes: Uint8Array,
): { readonly version: number; readonly base: number; readonly item: readonly unknown[] } | undefined {
  if (bytes.length < leastBytes) return undefined;
  const reader = new HeadReader(bytes);
  if (reader.head(list) !== 3) return undefined;
  const version = reader.head(unsigned);
  const base = reader.head(unsigned);
  const item = base === undefined ? undefined : viewLetterItem(reader.rest);
  return version === undefined || base === undefined || item === undefined ? undefined : { version, base, item };
}

/** The fields of a letter's item: `[1, seq, channel, use, ttlMs, body, …numbers]`. */
export function viewLetterItem(bytes: Uint8Array): readonly unknown[] | undefined {
  if (bytes.length < leastBytes) return undefined;
  const reader = new HeadReader(bytes);
  const length = reader.head(list);
  if (length === undefined || length < 6 || length > 9) return undefined;
  const item: unknown[] = [reader.head(unsigned), reader.head(unsigned)];
  const channel = reader.string(textString);
  if (channel === undefined || channel.length > 64) return undefined;
  item.push(String.fromCharCode(...channel), reader.head(unsigned), reader.head(unsigned), reader.string(byteString));
  while (item.length < length) item.push(reader.head(unsigned));
  return !reader.isAtEnd || item.includes(undefined) ? undefined : item;
}

/** The bytes of a message that is one byte string. */
export function viewByteString(body: Uint8Array): Uint8Array | undefined {
  if (body.length < leastBytes) return undefined;
  const reader = new HeadReader(body);
  const bytes = reader.string(byteString);
  return reader.isAtEnd ? bytes : undefined;
}

/** Reads heads one after the other. After one that does not fit nothing more is read. */
class HeadReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** The argument of a head of this major type; undefined where there is another, or not its shortest form. */
  head(major: number): number | undefined {
    const first = this.#bytes[this.#at];
    if (first === undefined || first >> 5 !== major) return this.#fail();
    const info = first & 31;
    this.#at++;
    if (info < 24) return info;
    const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0;
    if (size === 0 || this.#at + size > this.#bytes.length) return this.#fail();
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.#bytes[this.#at++] ?? 0);
    const least = size === 1 ? 24 : 2 ** (4 * size);
    return value >= least && Number.isSafeInteger(value) ? value : this.#fail();
  }

  /** The bytes of a string of this major type. */
  string(major: number): Uint8Array | undefined {
    const length = this.head(major);
    if (length === undefined || this.#at + length > this.#bytes.length) return this.#fail();
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  #fail(): undefined {
    this.#at = Number.POSITIVE_INFINITY;
    return undefined;
  }
}

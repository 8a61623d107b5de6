/**
 * A shorter way for the two frames that most bytes come in. The codec makes a token of each field and copies each byte
 * string; these readers take the exact forms that our frames of letters and pieces have, with bodies as views on the same
 * memory, and leave every other form to the codec. A property test holds both to the same answers. Only shortest heads (RFC 8949 §4.2.1) count, as in the codec's strict mode.
 */

/** Below it a view that an application keeps would keep a whole frame alive for a few bytes. */
const leastBytes = 1_024;
const unsigned = 0;
const byteString = 2;
const textString = 3;
const list = 4;

/** The fields of `[1, base, [2, …a letter's, offset, total]]`: a frame with one piece and nothing else. */
export function viewPieceFrame(
  bytes: Uint8Array,
): { readonly version: number; readonly base: number; readonly item: readonly unknown[] } | undefined {
  if (bytes.length < leastBytes) return undefined;
  const reader = new HeadReader(bytes);
  if (reader.head(list) !== 3) return undefined;
  const version = reader.head(unsigned);
  const base = reader.head(unsigned);
  if (version === undefined || base === undefined) return undefined;
  const item = readItem(reader, 2, 11, 11);
  return item === undefined || !reader.isAtEnd ? undefined : { version, base, item };
}

/** The fields of `[1, base, letter, letter, …]`: a frame of letters and nothing else. Most frames are. */
export function viewLetters(
  bytes: Uint8Array,
): { readonly version: number; readonly base: number; readonly items: readonly (readonly unknown[])[] } | undefined {
  const reader = new HeadReader(bytes);
  const length = reader.head(list);
  const version = reader.head(unsigned);
  const base = reader.head(unsigned);
  if (length === undefined || length < 3 || version === undefined || base === undefined) return undefined;
  const items: (readonly unknown[])[] = [];
  for (let i = 2; i < length; i++) {
    const item = readItem(reader, 1, 6, 9);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return reader.isAtEnd ? { version, base, items } : undefined;
}

/** The fields of an item of this kind: `[kind, seq, channel, use, ttlMs, body, …numbers]`. */
function readItem(reader: HeadReader, kind: 1 | 2, least: number, most: number): readonly unknown[] | undefined {
  const length = reader.head(list);
  if (length === undefined || length < least || length > most) return undefined;
  const own = reader.head(unsigned);
  const seq = reader.head(unsigned);
  const channel = reader.name();
  const use = reader.head(unsigned);
  const ttlMs = reader.head(unsigned);
  const body = reader.string(byteString);
  if (own !== kind || seq === undefined || channel === undefined || use === undefined) return undefined;
  if (ttlMs === undefined || body === undefined) return undefined;
  const item: unknown[] = [kind, seq, channel, use, ttlMs, body];
  for (let i = 6; i < length; i++) {
    const more = reader.head(unsigned);
    if (more === undefined) return undefined;
    item.push(more);
  }
  return item;
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
  #lastName = "";

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The argument of a head of this major type; undefined where there is another, or not its shortest form. */
  head(major: number): number | undefined {
    const bytes = this.#bytes;
    const at = this.#at;
    const first = bytes[at] ?? 0xff;
    if (first >> 5 !== major) return this.#fail();
    const info = first & 31;
    if (info < 24) {
      this.#at = at + 1;
      return info;
    }
    if (info === 24) return this.#argument(bytes[at + 1] ?? -1, 2, 24);
    if (info === 25) return at + 2 < bytes.length ? this.#argument(word(bytes, at + 1), 3, 0x100) : this.#fail();
    if (info === 26) {
      if (at + 4 >= bytes.length) return this.#fail();
      return this.#argument(word(bytes, at + 1) * 0x1_0000 + word(bytes, at + 3), 5, 0x1_0000);
    }
    if (info !== 27 || at + 8 >= bytes.length) return this.#fail();
    const high = word(bytes, at + 1) * 0x1_0000 + word(bytes, at + 3);
    const low = word(bytes, at + 5) * 0x1_0000 + word(bytes, at + 7);
    return this.#argument(high * 0x1_0000_0000 + low, 9, 0x1_0000_0000);
  }

  #argument(value: number, length: number, least: number): number | undefined {
    if (value < least || !Number.isSafeInteger(value)) return this.#fail();
    this.#at += length;
    return value;
  }

  /** A short text, byte by byte: what is not ASCII is no channel's name either way. Most names are the one before. */
  name(): string | undefined {
    const length = this.head(textString);
    if (length === undefined || length > 64 || this.#at + length > this.#bytes.length) return this.#fail();
    const from = this.#at;
    this.#at += length;
    if (length !== this.#lastName.length || !this.#isLastName(from))
      this.#lastName = String.fromCharCode(...this.#bytes.subarray(from, this.#at));
    return this.#lastName;
  }

  #isLastName(from: number): boolean {
    const last = this.#lastName;
    for (let i = 0; i < last.length; i++) if (this.#bytes[from + i] !== last.charCodeAt(i)) return false;
    return true;
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

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

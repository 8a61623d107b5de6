import { HeadReader, major } from "./head-reader.ts";

/**
 * A shorter way for the three frames that most come in. The codec makes a token of each field and copies each byte
 * string; these readers take the exact forms that our frames of letters, pieces and answers have, with bodies as views on the same
 * memory, and leave every other form to the codec. A property test holds both to the same answers. Only shortest heads (RFC 8949 §4.2.1) count, as in the codec's strict mode.
 */

/** Below it a view that an application keeps would keep a whole frame alive for a few bytes. */
const leastBytes = 1_024;
const { unsigned, byteString, textString, list } = major;
const longestName = 64;

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
  let channel = "";
  for (let i = 2; i < length; i++) {
    const item = readItem(reader, 1, 6, 9, channel);
    if (item === undefined) return undefined;
    channel = item[2];
    items.push(item);
  }
  return reader.isAtEnd ? { version, base, items } : undefined;
}

/** `[1, base, [kind, [number, …]], …]` as the codec reads it: a frame that names letters by ranges, and has nothing else. */
export function viewRanges(bytes: Uint8Array): readonly unknown[] | undefined {
  const reader = new HeadReader(bytes);
  const length = reader.head(list);
  const version = reader.head(unsigned);
  const base = reader.head(unsigned);
  if (length === undefined || length < 3 || version === undefined || base === undefined) return undefined;
  const fields: unknown[] = [version, base];
  for (let i = 2; i < length; i++) {
    if (reader.head(list) !== 2) return undefined;
    const kind = reader.head(unsigned);
    const numbers = readNumbers(reader);
    if (kind === undefined || numbers === undefined) return undefined;
    fields.push([kind, numbers]);
  }
  return reader.isAtEnd ? fields : undefined;
}

function readNumbers(reader: HeadReader): number[] | undefined {
  const length = reader.head(list);
  if (length === undefined) return undefined;
  const numbers: number[] = [];
  for (let i = 0; i < length; i++) {
    const each = reader.head(unsigned);
    if (each === undefined) return undefined;
    numbers.push(each);
  }
  return numbers;
}

type ItemFields = readonly [number, number, string, number, number, Uint8Array, ...number[]];

/** The fields of an item of this kind: `[kind, seq, channel, use, ttlMs, body, …numbers]`. @param before the channel of the one before */
function readItem(reader: HeadReader, kind: 1 | 2, least: number, most: number, before = ""): ItemFields | undefined {
  const length = reader.head(list);
  if (length === undefined || length < least || length > most) return undefined;
  const own = reader.head(unsigned);
  const seq = reader.head(unsigned);
  const channel = readName(reader, before);
  const use = reader.head(unsigned);
  const ttlMs = reader.head(unsigned);
  const body = reader.string(byteString);
  if (own !== kind || seq === undefined || channel === undefined || use === undefined) return undefined;
  if (ttlMs === undefined || body === undefined) return undefined;
  if (length === 6) return [kind, seq, channel, use, ttlMs, body];
  if (length === 9) {
    const order = reader.head(unsigned);
    const re = reader.head(unsigned);
    const orderBase = reader.head(unsigned);
    if (order === undefined || re === undefined || orderBase === undefined) return undefined;
    return [kind, seq, channel, use, ttlMs, body, order, re, orderBase];
  }
  const more: number[] = [];
  for (let i = 6; i < length; i++) {
    const field = reader.head(unsigned);
    if (field === undefined) return undefined;
    more.push(field);
  }
  return [kind, seq, channel, use, ttlMs, body, ...more];
}

/** What is not ASCII is no channel's name either way. */
function readName(reader: HeadReader, before: string): string | undefined {
  const length = reader.head(textString);
  return length === undefined || length > longestName ? undefined : reader.ascii(length, before);
}

/** The bytes of a message that is one byte string. */
export function viewByteString(body: Uint8Array): Uint8Array | undefined {
  if (body.length < leastBytes) return undefined;
  const reader = new HeadReader(body);
  const bytes = reader.string(byteString);
  return reader.isAtEnd ? bytes : undefined;
}

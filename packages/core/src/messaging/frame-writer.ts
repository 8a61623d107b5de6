import { frameOverheadBytes, itemKind, type LetterItem, type RangesItem } from "./frame.ts";
import { major } from "./head-reader.ts";
import { maxFrameBytes, wireVersion } from "./limits.ts";

/**
 * A shorter way for most frames that go out, as `byte-views.ts` is for those that come: letters, parts of a large one, or
 * what is said of letters by their ranges, written into memory that is used again. A frame is a view on it and is over with the next `begin`: a link seals it,
 * and so copies it, within `send`. What it writes is what the codec would (RFC 8949 §4.2.1, shortest heads); a property
 * test compares the two.
 */
export class FrameWriter {
  /** The frame's own head is written last, backwards from where the items begin. */
  readonly #bytes = new Uint8Array(maxFrameBytes + frameOverheadBytes);
  #at = frameOverheadBytes;
  #items = 0;

  /** Items in the frame so far. */
  get items(): number {
    return this.#items;
  }

  /** Bytes of the frame so far, with the longest head that it may get. */
  get bytes(): number {
    return this.#at;
  }

  /** A new frame; the one before is over. */
  begin(): void {
    this.#at = frameOverheadBytes;
    this.#items = 0;
  }

  /** The caller has counted: it fits. */
  letter(item: LetterItem): void {
    const [kind, , , , , body, order, re, orderBase] = item;
    this.#fields(kind, item, order === undefined ? 6 : 9, body);
    if (order === undefined) return;
    this.#number(order);
    this.#number(re ?? 0);
    this.#number(orderBase ?? 0);
  }

  /** The part `[from, to)` of a letter's body, under its head. */
  piece(item: LetterItem, from: number, to: number): void {
    const [, , , , , body, order, re, orderBase] = item;
    this.#fields(itemKind.piece, item, 11, body.subarray(from, to));
    for (const each of [order, re, orderBase, from, body.length]) this.#number(each ?? 0);
  }

  /** The caller has counted: it fits. */
  ranges([kind, ranges]: RangesItem): void {
    this.#items++;
    this.#at = writeHead(this.#bytes, this.#at, list, 2);
    this.#number(kind);
    this.#at = writeHead(this.#bytes, this.#at, list, ranges.length);
    for (const each of ranges) this.#number(each);
  }

  #fields(kind: number, [, seq, channel, use, ttlMs]: LetterItem, length: number, bytes: Uint8Array): void {
    this.#items++;
    this.#at = writeHead(this.#bytes, this.#at, list, length);
    this.#number(kind);
    this.#number(seq);
    this.#name(channel);
    this.#number(use);
    this.#number(ttlMs);
    this.#at = writeHead(this.#bytes, this.#at, byteString, bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The whole frame, `[1, base, item, …]`. */
  end(base: number): Uint8Array {
    const start = frameOverheadBytes - headBytes(this.#items + 2) - headBytes(wireVersion) - headBytes(base);
    let at = writeHead(this.#bytes, start, list, this.#items + 2);
    at = writeHead(this.#bytes, at, unsigned, wireVersion);
    writeHead(this.#bytes, at, unsigned, base);
    return this.#bytes.subarray(start, this.#at);
  }

  #number(value: number): void {
    this.#at = writeHead(this.#bytes, this.#at, unsigned, value);
  }

  /** Names are ASCII and short. */
  #name(text: string): void {
    const { length } = text;
    const at = writeHead(this.#bytes, this.#at, textString, length);
    for (let i = 0; i < length; i++) this.#bytes[at + i] = text.charCodeAt(i);
    this.#at = at + length;
  }
}

const { unsigned, byteString, textString, list } = major;

function headBytes(value: number): number {
  if (value < 24) return 1;
  if (value < 0x100) return 2;
  if (value < 0x1_0000) return 3;
  return value < 0x1_0000_0000 ? 5 : 9;
}

/** Returns where the head ends. What lies beyond the memory is not written. */
export function writeHead(bytes: Uint8Array, at: number, majorType: number, value: number): number {
  const type = majorType << 5;
  if (value < 24) {
    bytes[at] = type | value;
    return at + 1;
  }
  const length = headBytes(value);
  bytes[at] = type | (length === 2 ? 24 : length === 3 ? 25 : length === 5 ? 26 : 27);
  let rest = value;
  for (let to = at + length - 1; to > at; to--) {
    bytes[to] = rest & 0xff;
    // Above 32 bits a shift would lose what is highest.
    rest = rest > 0xffff_ffff ? Math.floor(rest / 0x100) : rest >>> 8;
  }
  return at + length;
}

import { encode } from "cborg";
import {
  encodeItem,
  frameOverheadBytes,
  itemKind,
  itemOverheadBytes,
  type LetterItem,
  type PieceItem,
} from "./frame.ts";

/** A large letter, cut. Its encoded item is `head ‖ body ‖ tail`; the body stays where it is, uncopied. */
export interface Cut {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  readonly tail: Uint8Array;
  readonly pieceBytes: number;
  readonly count: number;
}

/** Cuts a letter into pieces that each fit one frame of `limit` bytes. */
export function cutLetter(item: LetterItem, limit: number): Cut {
  const [kind, seq, channel, use, ttlMs, body, ...rest] = item;
  const hollow = encodeItem([kind, seq, channel, use, ttlMs, new Uint8Array(), ...rest]);
  // A list of up to 23 has a head of one byte, however long it is.
  const at = encode([kind, seq, channel, use, ttlMs]).length;
  const head = join([hollow.subarray(0, at), byteStringHead(body.length)]);
  const tail = hollow.subarray(at + 1);
  const pieceBytes = limit - frameOverheadBytes - itemOverheadBytes;
  return { head, body, tail, pieceBytes, count: Math.ceil((head.length + body.length + tail.length) / pieceBytes) };
}

/** One piece as an item. */
export function pieceItem(seq: number, cut: Cut, index: number): PieceItem {
  return [itemKind.piece, seq, index, cut.count, join(partsOf(cut, index))];
}

/** The views that make up a piece. */
export function partsOf({ head, body, tail, pieceBytes }: Cut, index: number): Uint8Array[] {
  const from = index * pieceBytes;
  const to = from + pieceBytes;
  let start = 0;
  return [head, body, tail].flatMap((part) => {
    const view = part.subarray(Math.max(0, from - start), Math.max(0, to - start));
    start += part.length;
    return view.length > 0 ? [view] : [];
  });
}

/** The shortest head of a byte string (RFC 8949 §3). */
function byteStringHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 | length);
  if (length < 0x100) return Uint8Array.of(0x58, length);
  if (length < 0x1_0000) return Uint8Array.of(0x59, length >> 8, length & 0xff);
  return Uint8Array.of(0x5a, (length >>> 24) & 0xff, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

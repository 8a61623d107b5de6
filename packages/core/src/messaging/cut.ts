import {
  encodeItem,
  frameOverheadBytes,
  itemKind,
  itemOverheadBytes,
  type LetterItem,
  type PieceItem,
} from "./frame.ts";
import type { Cut } from "./out-letter.ts";

/** Cuts a letter into pieces that each fit one frame of `limit` bytes. */
export function cutLetter(item: LetterItem, limit: number): Cut {
  const bytes = encodeItem(item);
  const pieceBytes = limit - frameOverheadBytes - itemOverheadBytes;
  return { bytes, pieceBytes, count: Math.ceil(bytes.length / pieceBytes) };
}

export function nextPiece(seq: number, cut: Cut, index: number): PieceItem {
  const start = index * cut.pieceBytes;
  return [itemKind.piece, seq, index, cut.count, cut.bytes.subarray(start, start + cut.pieceBytes)];
}

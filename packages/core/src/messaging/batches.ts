import { type FrameItem, frameOverheadBytes, itemKind, itemOverheadBytes } from "./frame.ts";

/** Items in frames of at most `limit` bytes. */
export function batches(items: readonly FrameItem[], limit: number): FrameItem[][] {
  const all: FrameItem[][] = [];
  let batch: FrameItem[] = [];
  let bytes = frameOverheadBytes;
  for (const item of items) {
    const size = carriedBytes(item);
    if (bytes + size > limit && batch.length > 0) {
      all.push(batch);
      batch = [];
      bytes = frameOverheadBytes;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) all.push(batch);
  return all;
}

function controlBytes(item: FrameItem): number {
  if (item[0] === itemKind.failed) return 24 + 4 * (item[2].length + item[3].length);
  if (item[0] === itemKind.skip) return 24 + item[1].length;
  if (item[0] === itemKind.bye) return 8 + 4 * item[1].length;
  if (item[0] === itemKind.held) return 40 + 9 * item[2].length;
  return Array.isArray(item[1]) ? 16 + 9 * item[1].length : 24;
}

/** Bytes that an item takes in a frame, at most. */
function carriedBytes(item: FrameItem): number {
  const isLetter = item[0] === itemKind.letter || item[0] === itemKind.piece;
  return isLetter ? item[5].length + item[2].length + itemOverheadBytes : controlBytes(item);
}

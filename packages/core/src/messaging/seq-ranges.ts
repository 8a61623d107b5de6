/** Flat ranges as on the wire: `[first, length, first, length, …]`. */
export type SeqRanges = readonly number[];

/** At most this many ranges in one item; more go into a further item. */
export const maxRanges = 256;

/** Packs sequences, in any order, doubles allowed, into ranges. */
export function packRanges(seqs: readonly number[]): number[] {
  const ranges: number[] = [];
  let first = -1;
  let length = 0;
  let sorted = true;
  for (let i = 1; i < seqs.length && sorted; i++) sorted = (seqs[i - 1] ?? 0) <= (seqs[i] ?? 0);
  for (const seq of sorted ? seqs : [...seqs].sort((a, b) => a - b)) {
    if (length > 0 && seq === first + length - 1) continue;
    if (length > 0 && seq === first + length) {
      length++;
      continue;
    }
    if (length > 0) ranges.push(first, length);
    first = seq;
    length = 1;
  }
  if (length > 0) ranges.push(first, length);
  return ranges;
}

/** Splits flat ranges into lists of at most `maxRanges` ranges. */
export function splitRanges(ranges: SeqRanges): number[][] {
  const parts: number[][] = [];
  for (let i = 0; i < ranges.length; i += 2 * maxRanges) parts.push(ranges.slice(i, i + 2 * maxRanges));
  return parts;
}

/** How many sequences the ranges name. */
export function countRanges(ranges: SeqRanges): number {
  let count = 0;
  for (let i = 1; i < ranges.length; i += 2) count += ranges[i] ?? 0;
  return count;
}

/** Calls `visit` for each sequence. The ranges were validated by the frame codec. */
export function visitRanges(ranges: SeqRanges, visit: (seq: number) => void): void {
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const first = ranges[i] ?? 0;
    const end = first + (ranges[i + 1] ?? 0);
    for (let seq = first; seq < end; seq++) visit(seq);
  }
}

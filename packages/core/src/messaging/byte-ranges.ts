/** Ranges of bytes as on the wire: `[offset, length, offset, length, …]`, rising, none touching the next. */
export type ByteRanges = readonly number[];

/** Of more ranges the later ones are left out: who does not know that a byte is held sends it again. */
export const maxByteRanges = 256;

/** How many bytes the ranges name. */
export function countBytes(ranges: ByteRanges): number {
  let bytes = 0;
  for (let i = 1; i < ranges.length; i += 2) bytes += ranges[i] ?? 0;
  return bytes;
}

/** Adds the range `[offset, offset + length)` behind those before it, or to the last of them where it touches it. */
export function appendRange(ranges: number[], offset: number, length: number): void {
  const at = ranges.length - 2;
  const end = at < 0 ? -1 : (ranges[at] ?? 0) + (ranges[at + 1] ?? 0);
  if (offset > end) ranges.push(offset, length);
  else ranges[at + 1] = Math.max(end, offset + length) - (ranges[at] ?? 0);
}

/** What either names. */
export function uniteRanges(one: ByteRanges, other: ByteRanges): number[] {
  const united: number[] = [];
  let i = 0;
  let j = 0;
  while ((i < one.length || j < other.length) && united.length <= 2 * maxByteRanges) {
    const isNextOfOne = j >= other.length || (i < one.length && (one[i] ?? 0) <= (other[j] ?? 0));
    const from = isNextOfOne ? one : other;
    const at = isNextOfOne ? i : j;
    appendRange(united, from[at] ?? 0, from[at + 1] ?? 0);
    if (isNextOfOne) i += 2;
    else j += 2;
  }
  return united.slice(0, 2 * maxByteRanges);
}

/** The first gap from `at` on and below `total`; undefined: there is none. */
export function firstGap(
  ranges: ByteRanges,
  at: number,
  total: number,
): { readonly from: number; readonly to: number } | undefined {
  let from = at;
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i] ?? 0;
    const end = start + (ranges[i + 1] ?? 0);
    if (end <= from) continue;
    if (start > from) return from < total ? { from, to: Math.min(start, total) } : undefined;
    from = end;
  }
  return from < total ? { from, to: total } : undefined;
}

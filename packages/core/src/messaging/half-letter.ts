import { appendRange, maxByteRanges } from "./byte-ranges.ts";
import { maxPieces } from "./limits.ts";

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What a part takes beside its bytes. */
const partOverheadBytes = 160;

/** What has come of one large letter. Parts may come in any order, doubled and overlapping; the first that brings a byte counts. */
export class HalfLetter {
  readonly totalBytes: number;
  /** Bytes of the letter that are here. */
  heldBytes = 0;
  /** Bytes that came though they were here. */
  doubleBytes = 0;
  /** What the sender was told last, and on which link. */
  reportedBytes = 0;
  reportedOn: object | undefined;
  /** Rising, none overlapping. */
  readonly #parts: Part[] = [];

  constructor(totalBytes: number) {
    this.totalBytes = totalBytes;
  }

  /** What it takes here, in bytes. A claimed total takes nothing. */
  get cost(): number {
    return this.heldBytes + this.#parts.length * partOverheadBytes;
  }

  get isWhole(): boolean {
    return this.heldBytes === this.totalBytes;
  }

  get isTooFragmented(): boolean {
    return this.#parts.length > maxPieces;
  }

  /** @returns how many of these bytes were not here */
  add(offset: number, bytes: Uint8Array): number {
    const end = offset + bytes.length;
    const before = this.heldBytes;
    let from = offset;
    for (let at = this.#firstEndingAfter(offset); from < end; at++) {
      const next = this.#parts[at];
      const gapEnd = Math.min(end, next?.offset ?? end);
      if (gapEnd > from) {
        const fresh = bytes.subarray(from - offset, gapEnd - offset);
        // A view on the whole would keep all its bytes alive for a few.
        this.#parts.splice(at++, 0, { offset: from, bytes: fresh.length === bytes.length ? fresh : fresh.slice() });
        this.heldBytes += fresh.length;
      }
      from = next === undefined ? end : Math.max(from, next.offset + next.bytes.length);
    }
    const fresh = this.heldBytes - before;
    this.doubleBytes += bytes.length - fresh;
    return fresh;
  }

  /** What is here, as flat ranges. */
  ranges(): number[] {
    const ranges: number[] = [];
    for (const { offset, bytes } of this.#parts) {
      appendRange(ranges, offset, bytes.length);
      if (ranges.length > 2 * maxByteRanges) return ranges.slice(0, 2 * maxByteRanges);
    }
    return ranges;
  }

  /** The whole. */
  join(): Uint8Array {
    const whole = new Uint8Array(this.totalBytes);
    for (const { offset, bytes } of this.#parts) whole.set(bytes, offset);
    return whole;
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const part = this.#parts[middle];
      if (part !== undefined && part.offset + part.bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import { type ByteRanges, countBytes, firstGap, uniteRanges } from "./byte-ranges.ts";
import { itemKind, type LetterItem, type PieceItem } from "./frame.ts";

/** A piece of a letter's body: `[from, to)`. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** A piece as an item. */
export function pieceOf(item: LetterItem, { from, to }: Slice): PieceItem {
  const [, seq, channel, use, ttlMs, body, order = 0, re = 0, orderBase = 0] = item;
  const bytes = body.subarray(from, to);
  return [itemKind.piece, seq, channel, use, ttlMs, bytes, order, re, orderBase, from, body.length];
}

/**
 * How a large letter goes out: piece by piece, each as long as the link that takes it bears. What the receiver says it holds is
 * left out, also by the next link when this one ends.
 */
export class Pieces {
  readonly totalBytes: number;
  /** Key of the session that they go to: what another instance has of the letter is no use there. */
  readonly session: string | undefined;
  /** When one was handed over last; 0 while the link that carries the letter now took none. */
  sentAt = 0;
  /** When the receiver last said what it has, or the first of them went out on this link. */
  toldAt = 0;
  /** It began on one link and goes on by another: what became of what the first had under way is asked for at its end. */
  resumed = false;
  #held: ByteRanges = [];
  #heldBytes = 0;
  #at = 0;

  constructor(totalBytes: number, session?: string) {
    this.totalBytes = totalBytes;
    this.session = session;
  }

  /** Bytes that the receiver said it has. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Nothing is left to send. */
  get isOut(): boolean {
    return firstGap(this.#held, this.#at, this.totalBytes) === undefined;
  }

  /** The next piece, of at most so many bytes. Undefined: nothing is left. */
  next(mostBytes: number): Slice | undefined {
    const gap = firstGap(this.#held, this.#at, this.totalBytes);
    if (gap === undefined) return undefined;
    this.#at = Math.min(gap.to, gap.from + mostBytes);
    return { from: gap.from, to: this.#at };
  }

  /**
   * The receiver says what it has.
   * @param isAll nothing else of it is there: said behind the last piece, in answer to an ask
   * @returns whether it has more than was known
   */
  hold(ranges: ByteRanges, isAll: boolean): boolean {
    const before = this.#heldBytes;
    this.#held = isAll ? ranges : uniteRanges(this.#held, ranges);
    this.#heldBytes = Math.min(countBytes(this.#held), this.totalBytes);
    return this.#heldBytes > before;
  }

  /** What the receiver is not known to have goes out again. */
  rewind(): void {
    this.resumed ||= this.#at > 0;
    this.#at = 0;
  }

  /** The next link carries what the receiver is not known to have. */
  takeOff(): void {
    this.rewind();
    this.sentAt = 0;
  }

  /** The receiver let go what it had. */
  forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}

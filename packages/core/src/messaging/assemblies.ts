import { itemKind, type LetterItem, type PieceItem } from "./frame.ts";
import { HalfLetter } from "./half-letter.ts";
import { maxAssemblies, maxAssemblyBytes } from "./limits.ts";

/** Doubled bytes that are free for each byte of use: as many as further links may bring, and what was under way at a failover. */
const freeDoubles = 3;

/** What a piece brought. */
export type Assembled =
  | { readonly state: "partial"; readonly half: HalfLetter }
  /** Nothing new; `isFree`: as an honest sender may, who changed the link. */
  | { readonly state: "double"; readonly half: HalfLetter; readonly isFree: boolean }
  | { readonly state: "whole"; readonly item: LetterItem; readonly totalBytes: number }
  | { readonly state: "refused"; readonly code: "LETTER_TOO_LARGE" | "LETTER_INVALID" };

/**
 * Large letters of one sender origin that are half here. A sequence stands for one letter for ever, so its pieces may come by
 * any link, before and after a failover. Bounded in number and bytes; the one that is longest without a new piece goes first.
 */
export class Assemblies {
  readonly #bySeq = new Map<number, HalfLetter>();
  #bytes = 0;
  #lost = 0;
  #evicted: number[] = [];

  get bytes(): number {
    return this.#bytes;
  }

  find(seq: number): HalfLetter | undefined {
    return this.#bySeq.get(seq);
  }

  add(piece: PieceItem, maxLetterBytes: number): Assembled {
    const [, seq, channel, use, ttlMs, bytes, order, re, orderBase, offset, totalBytes] = piece;
    if (totalBytes > maxLetterBytes) return this.#refuse(seq, "LETTER_TOO_LARGE");
    const half = this.#bySeq.get(seq) ?? new HalfLetter(totalBytes);
    if (half.totalBytes !== totalBytes) return this.#refuse(seq, "LETTER_INVALID");
    const costBefore = half.cost;
    const fresh = half.add(offset, bytes);
    if (fresh === 0) return { state: "double", half, isFree: half.doubleBytes <= freeDoubles * half.heldBytes };
    this.#bySeq.delete(seq);
    this.#bySeq.set(seq, half);
    this.#bytes += half.cost - costBefore;
    if (half.isTooFragmented) return this.#refuse(seq, "LETTER_INVALID");
    if (!half.isWhole) {
      this.#evict(seq);
      return { state: "partial", half };
    }
    this.#forget(seq, half);
    const item: LetterItem = [itemKind.letter, seq, channel, use, ttlMs, half.join(), order, re, orderBase];
    return { state: "whole", item, totalBytes };
  }

  /** Bytes that led to nothing since the last call: of what was refused, or found no room. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** Letters that found no room any more since the last call: their senders must begin anew. */
  takeEvicted(): readonly number[] {
    if (this.#evicted.length === 0) return this.#evicted;
    const evicted = this.#evicted;
    this.#evicted = [];
    return evicted;
  }

  /** Forgets what the sender settled or gave up. It may: a time to live that ends in the midst of a slow road is nobody's fault. */
  dropBelow(base: number): void {
    for (const [seq, half] of this.#bySeq) if (seq < base) this.#forget(seq, half);
  }

  #refuse(seq: number, code: "LETTER_TOO_LARGE" | "LETTER_INVALID"): Assembled {
    this.#drop(seq);
    return { state: "refused", code };
  }

  #drop(seq: number): void {
    const half = this.#bySeq.get(seq);
    if (half === undefined) return;
    this.#forget(seq, half);
    this.#lost += half.cost;
  }

  #forget(seq: number, half: HalfLetter): void {
    this.#bySeq.delete(seq);
    this.#bytes -= half.cost;
  }

  #evict(keep: number): void {
    for (const seq of this.#bySeq.keys()) {
      if (this.#bySeq.size <= maxAssemblies && this.#bytes <= maxAssemblyBytes) return;
      if (seq === keep) continue;
      this.#drop(seq);
      this.#evicted.push(seq);
    }
  }
}

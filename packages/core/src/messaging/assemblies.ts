import { decodeLetterItem, type LetterItem, type PieceItem } from "./frame.ts";
import { maxAssemblies, maxAssemblyBytes } from "./limits.ts";

interface Assembly {
  readonly count: number;
  /** By index, and only those that came: a count costs no room. */
  readonly pieces: Map<number, Uint8Array>;
  missing: number;
  /** Bytes of the letter so far. */
  size: number;
  /** Bytes it takes here. */
  bytes: number;
}

/** What a piece takes beside its bytes. */
const pieceOverheadBytes = 160;

/** What a piece brought. */
export type Assembled =
  | { readonly state: "partial" }
  | { readonly state: "double" }
  | { readonly state: "whole"; readonly item: LetterItem }
  | { readonly state: "refused"; readonly code: "LETTER_TOO_LARGE" | "LETTER_INVALID" | "INBOX_OVERFLOW" };

/** Large letters of one session that are half here. Bounded in number and bytes; the oldest goes first. */
export class Assemblies {
  readonly #bySeq = new Map<number, Assembly>();
  #bytes = 0;
  #lost = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add([, seq, index, count, bytes]: PieceItem, maxLetterBytes: number): Assembled {
    let assembly = this.#bySeq.get(seq);
    if (assembly === undefined || assembly.count !== count) {
      this.drop(seq);
      assembly = { count, pieces: new Map(), missing: count, size: 0, bytes: 0 };
      this.#bySeq.set(seq, assembly);
    }
    if (assembly.pieces.has(index)) return { state: "double" };
    assembly.pieces.set(index, bytes);
    assembly.missing--;
    assembly.size += bytes.length;
    assembly.bytes += bytes.length + pieceOverheadBytes;
    this.#bytes += bytes.length + pieceOverheadBytes;
    if (assembly.size > maxLetterBytes + 1024) {
      this.drop(seq);
      return { state: "refused", code: "LETTER_TOO_LARGE" };
    }
    if (assembly.missing > 0) {
      this.#evict(seq);
      return { state: "partial" };
    }
    this.#forget(seq, assembly);
    const item = decodeLetterItem(join(assembly));
    if (item === undefined || item[1] !== seq) return { state: "refused", code: "LETTER_INVALID" };
    return { state: "whole", item };
  }

  /** Forgets what is here of a letter. */
  drop(seq: number): void {
    const assembly = this.#bySeq.get(seq);
    if (assembly === undefined) return;
    this.#forget(seq, assembly);
    this.#lost += assembly.bytes;
  }

  /** Bytes given up unfinished since the last call. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #forget(seq: number, assembly: Assembly): void {
    this.#bySeq.delete(seq);
    this.#bytes -= assembly.bytes;
  }

  /** Forgets what the sender settled or gave up. */
  dropBelow(base: number): void {
    for (const seq of this.#bySeq.keys()) if (seq < base) this.drop(seq);
  }

  #evict(keep: number): void {
    for (const seq of this.#bySeq.keys()) {
      if (this.#bySeq.size <= maxAssemblies && this.#bytes <= maxAssemblyBytes) return;
      if (seq !== keep) this.drop(seq);
    }
  }
}

function join(assembly: Assembly): Uint8Array {
  const whole = new Uint8Array(assembly.size);
  let at = 0;
  for (let index = 0; index < assembly.count; index++) {
    const piece = assembly.pieces.get(index);
    if (piece === undefined) continue;
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

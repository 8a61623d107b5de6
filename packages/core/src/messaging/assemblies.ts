import { decodeLetterItem, type LetterItem, type PieceItem } from "./frame.ts";
import { maxAssemblies, maxAssemblyBytes } from "./limits.ts";

interface Assembly {
  readonly count: number;
  readonly pieces: (Uint8Array | undefined)[];
  missing: number;
  bytes: number;
}

/** What a piece brought. */
export type Assembled =
  | { readonly state: "partial" }
  | { readonly state: "whole"; readonly item: LetterItem }
  | { readonly state: "refused"; readonly code: "LETTER_TOO_LARGE" | "LETTER_INVALID" | "INBOX_OVERFLOW" };

/** Large letters of one session that are half here. Bounded in number and bytes; the oldest goes first. */
export class Assemblies {
  readonly #bySeq = new Map<number, Assembly>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add([, seq, index, count, bytes]: PieceItem, maxLetterBytes: number): Assembled {
    let assembly = this.#bySeq.get(seq);
    if (assembly === undefined || assembly.count !== count) {
      this.drop(seq);
      assembly = { count, pieces: new Array<Uint8Array | undefined>(count), missing: count, bytes: 0 };
      this.#bySeq.set(seq, assembly);
    }
    if (assembly.pieces[index] !== undefined) return { state: "partial" };
    assembly.pieces[index] = bytes;
    assembly.missing--;
    assembly.bytes += bytes.length;
    this.#bytes += bytes.length;
    if (assembly.bytes > maxLetterBytes + 1024) {
      this.drop(seq);
      return { state: "refused", code: "LETTER_TOO_LARGE" };
    }
    if (assembly.missing > 0) {
      this.#evict(seq);
      return { state: "partial" };
    }
    this.drop(seq);
    const item = decodeLetterItem(join(assembly));
    if (item === undefined || item[1] !== seq) return { state: "refused", code: "LETTER_INVALID" };
    return { state: "whole", item };
  }

  /** Forgets what is here of a letter. */
  drop(seq: number): void {
    const assembly = this.#bySeq.get(seq);
    if (assembly === undefined) return;
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
  const whole = new Uint8Array(assembly.bytes);
  let at = 0;
  for (const piece of assembly.pieces) {
    if (piece === undefined) continue;
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

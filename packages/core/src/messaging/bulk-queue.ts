import { Deque } from "./deque.ts";
import { maxAssemblyBytes } from "./limits.ts";
import type { OutLetter } from "./out-letter.ts";

/** Large letters of one session that are under way in turn, a piece of each. */
const mostBegun = 8;
/** So that a receiver, who keeps half of them, need not let one go. */
const mostBegunBytes = maxAssemblyBytes / 2;

/** Large letters: few are under way in turn, the rest waits, for a receiver keeps only so many half letters. */
export class BulkQueue {
  readonly #begun = new Deque<OutLetter>();
  readonly #waiting = new Deque<OutLetter>();

  get size(): number {
    return this.#begun.size + this.#waiting.size;
  }

  push(letter: OutLetter): void {
    this.#waiting.push(letter);
  }

  /** The letter whose piece is next. */
  shift(): OutLetter | undefined {
    if (this.#begun.size < mostBegun) this.#begin();
    return this.#begun.shift();
  }

  /** It has pieces left: its turn comes again. */
  putBack(letter: OutLetter): void {
    this.#begun.push(letter);
  }

  /** Lets go of what is to be carried otherwise. */
  keep(wanted: (letter: OutLetter) => boolean): void {
    this.#begun.reset([...this.#begun].filter(wanted));
    this.#waiting.reset([...this.#waiting].filter(wanted));
  }

  clear(): void {
    this.#begun.clear();
    this.#waiting.clear();
  }

  #begin(): void {
    const next = this.#waiting.peek();
    if (next === undefined) return;
    let bytes = next.draft.body.length;
    for (const { draft } of this.#begun) bytes += draft.body.length;
    if (this.#begun.size > 0 && bytes > mostBegunBytes) return;
    this.#waiting.shift();
    this.#begun.push(next);
  }
}

import type { PeerId } from "../ports/identity.ts";
import { Deque } from "./deque.ts";
import { windowLetters } from "./limits.ts";
import { type LetterDraft, OutLetter, type Settlement } from "./out-letter.ts";

/** All that is on its way to one peer: the sequence, the letters, the base. */
export class Correspondent {
  readonly peer: PeerId;
  /** Unsettled letters by sequence. */
  readonly letters = new Map<number, OutLetter>();
  /** Letters that no session has yet, oldest first. */
  readonly unassigned = new Deque<OutLetter>();
  #next = 1;
  #base = 1;
  #bytes = 0;

  constructor(peer: PeerId) {
    this.peer = peer;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The lowest sequence that is not settled. */
  get base(): number {
    while (this.#base < this.#next && !this.letters.has(this.#base)) this.#base++;
    return this.#base;
  }

  /** The receiver's window has room for this sequence. */
  inWindow(seq: number): boolean {
    return seq < this.base + windowLetters;
  }

  write(draft: LetterDraft, now: number, settle: (settlement: Settlement) => void): OutLetter {
    const letter = new OutLetter(this.#next++, draft, now, settle);
    this.letters.set(letter.seq, letter);
    this.#bytes += draft.body.length;
    return letter;
  }

  /** Ends a letter; a second ending changes nothing. */
  settle(letter: OutLetter, settlement: Settlement): void {
    if (letter.settled) return;
    letter.settled = true;
    this.letters.delete(letter.seq);
    this.#bytes -= letter.draft.body.length;
    letter.settle(settlement);
  }
}

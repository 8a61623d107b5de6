import type { PeerId } from "../ports/identity.ts";
import type { Correspondent } from "./correspondent.ts";
import { letterUse } from "./frame.ts";
import type { OutboxJournal } from "./journal/outbox-journal.ts";
import type { OutLetter } from "./out-letter.ts";

/** Sequences that a durable outbox reserves at a time; less than a window, so that a restart leaves room in it. */
const reserveAhead = 2_048;

/** Keeps what is posted in the journal, and its sequence from being used twice. */
export class LetterKeeper {
  readonly #journal: OutboxJournal;
  readonly #onReserved: (peer: PeerId) => void;

  constructor(journal: OutboxJournal, onReserved: (peer: PeerId) => void) {
    this.#journal = journal;
    this.#onReserved = onReserved;
  }

  /** Copies of a broadcast, requests and answers end with this run: whom they are for may not outlive it either. */
  keep(correspondent: Correspondent, letter: OutLetter): void {
    const { instance, use } = letter.draft;
    if (instance === undefined && use === letterUse.message) this.#journal.keep(letter);
    this.#reserve(correspondent);
  }

  #reserve(correspondent: Correspondent): void {
    const { next, bound, peer } = correspondent;
    if (correspondent.reserving || (Number.isFinite(bound) && next + reserveAhead / 2 < bound)) return;
    const reserved = this.#journal.reserve(peer, next + reserveAhead);
    if (reserved === undefined) return;
    correspondent.reserving = true;
    if (!Number.isFinite(bound)) correspondent.bound = 0;
    void reserved.then(
      () => {
        correspondent.reserving = false;
        correspondent.bound = Math.max(correspondent.bound, next + reserveAhead);
        this.#onReserved(peer);
      },
      (error: unknown) => {
        correspondent.reserving = false;
        correspondent.abandon({ status: "failed", error });
      },
    );
  }
}

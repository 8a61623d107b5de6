import { codeOf, describeError } from "../errors/index.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Correspondent } from "./correspondent.ts";
import { letterUse } from "./frame.ts";
import type { OutboxJournal } from "./journal/outbox-journal.ts";
import type { OutLetter } from "./out-letter.ts";

/** Sequences that a durable outbox reserves at a time; less than a window, so that a restart leaves room in it. */
export const reserveAhead = 2_048;

export interface LetterKeeperRooms {
  readonly journal: OutboxJournal;
  readonly events: EventBus;
  /** More sequences of this peer may be sent. */
  readonly reserved: (peer: PeerId) => void;
  /** Ends a letter that the store did not take. */
  readonly fail: (correspondent: Correspondent, letter: OutLetter, error: unknown) => void;
}

/** Keeps what is posted in the journal, and its sequence from being used twice. */
export class LetterKeeper {
  readonly #rooms: LetterKeeperRooms;

  constructor(rooms: LetterKeeperRooms) {
    this.#rooms = rooms;
  }

  /** Copies of a broadcast, requests and answers end with this run: whom they are for may not outlive it either. */
  keep(correspondent: Correspondent, letter: OutLetter): void {
    const { instance, use } = letter.draft;
    if (instance === undefined && use === letterUse.message)
      this.#rooms.journal.keep(letter, (error) => this.#unkept(correspondent, letter, error));
    this.reserve(correspondent);
  }

  /** Asks for sequences where few are left; goes on while letters are written faster than the medium answers. */
  reserve(correspondent: Correspondent): void {
    const { next, bound, peer } = correspondent;
    if (correspondent.reserving || (Number.isFinite(bound) && next + reserveAhead / 2 < bound)) return;
    const reserved = this.#rooms.journal.reserve(peer, next + reserveAhead);
    if (reserved === undefined) return;
    correspondent.reserving = true;
    if (!Number.isFinite(bound)) correspondent.bound = 0;
    void reserved.then(
      () => {
        correspondent.reserving = false;
        correspondent.bound = Math.max(correspondent.bound, next + reserveAhead);
        this.#rooms.reserved(peer);
        this.reserve(correspondent);
      },
      (error: unknown) => {
        correspondent.reserving = false;
        this.#unreserved(correspondent, error);
      },
    );
  }

  /** A letter that no link has yet would not outlive this process: its sender is told. One under way goes on. */
  #unkept(correspondent: Correspondent, letter: OutLetter, error: unknown): void {
    if (letter.attempts === 0 && letter.mail === undefined) this.#rooms.fail(correspondent, letter, error);
  }

  /** Letters beyond the bound cannot be sent; the next one that is posted asks again. */
  #unreserved(correspondent: Correspondent, error: unknown): void {
    this.#rooms.events.emit("store:failed", { code: codeOf(error, "STORE_FAILED"), detail: describeError(error) });
    for (const letter of [...correspondent.letters.values()])
      if (letter.seq >= correspondent.bound) this.#rooms.fail(correspondent, letter, error);
  }
}

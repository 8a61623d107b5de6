import type { Clock } from "../ports/clock.ts";
import type { Correspondent } from "./correspondent.ts";
import type { Correspondents } from "./correspondents.ts";
import { DueTimer } from "./due-timer.ts";
import type { LiveLink } from "./live-link.ts";
import type { OutLetter } from "./out-letter.ts";

export interface LetterWatchRooms {
  readonly clock: Clock;
  readonly correspondents: Correspondents;
  readonly expire: (correspondent: Correspondent, letter: OutLetter) => void;
  readonly suspect: (live: LiveLink) => void;
}

/** A firing this late means that this process stood still, not the peer. */
export const ownStallMs = 1_000;
/** With the timer's grain within the 2 s in which silence is to be found. */
const leastForPiecesMs = 1_900;

/** Watches unsettled letters: whose time to live has ended, and which link owes an acknowledgement. */
export class LetterWatch {
  readonly #rooms: LetterWatchRooms;
  readonly #due: DueTimer;

  constructor(rooms: LetterWatchRooms) {
    this.#rooms = rooms;
    this.#due = new DueTimer(rooms.clock, (lateMs) => this.#look(lateMs > ownStallMs));
  }

  by(at: number): void {
    this.#due.by(at);
  }

  cancel(): void {
    this.#due.cancel();
  }

  #look(stalled: boolean): void {
    const now = this.#rooms.clock.now();
    const silent = new Set<LiveLink>();
    let next = Number.POSITIVE_INFINITY;
    for (const correspondent of this.#rooms.correspondents.all()) {
      for (const letter of [...correspondent.letters.values()]) {
        if (letter.deadline <= now) {
          this.#rooms.expire(correspondent, letter);
          continue;
        }
        next = Math.min(next, letter.deadline);
        const { live } = letter;
        const handedAt = letter.sentAt || (letter.pieces?.sentAt ?? 0);
        if (live === undefined || letter.accepted || handedAt === 0 || !live.usable) continue;
        if (stalled) live.lastHeardAt = now;
        const silentAt = Math.max(handedAt, live.lastHeardAt) + patienceMs(letter, live);
        if (silentAt <= now) silent.add(live);
        else next = Math.min(next, silentAt);
      }
    }
    if (Number.isFinite(next)) this.#due.by(next);
    for (const live of silent) this.#rooms.suspect(live);
  }
}

/** Pieces fill a slow road: its next sign of life may be longer under way than the last small letter's. */
export function patienceMs({ pieces }: OutLetter, { roundTrip }: LiveLink): number {
  return pieces === undefined ? roundTrip.timeoutMs : Math.max(roundTrip.timeoutMs, leastForPiecesMs);
}

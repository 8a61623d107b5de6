import type { Clock } from "../ports/clock.ts";
import type { ConnectionBook } from "./connection-book.ts";
import { DueTimer } from "./due-timer.ts";
import type { LiveLink } from "./live-link.ts";
import type { Session } from "./session.ts";

/** Bounds of the silence after which a link is asked, in milliseconds; never above its retransmission time. */
const leastPatienceMs = 50;
/** A silence that is so many times the longest one known is strange. */
const strange = 2;
/** With each silence that ended the longest one counts less. */
const fading = 0.98;
/** A firing this late means that this process stood still: what came meanwhile is not read yet. */
const lateMs = 50;

export interface DoubtWatchRooms {
  readonly clock: Clock;
  readonly book: ConnectionBook;
  /** Sends a ping. */
  readonly ask: (session: Session, live: LiveLink) => void;
  /** Letters take another link until this one is heard again. */
  readonly doubt: (session: Session, live: LiveLink) => void;
}

/** How long a link with letters out may be silent before it is asked. Undefined: it is not known yet, and its retransmission time decides alone. */
export function patienceMs({ roundTrip, quietMs }: LiveLink): number | undefined {
  if (roundTrip.smoothedMs === undefined) return undefined;
  return Math.min(Math.max(leastPatienceMs, strange * Math.max(quietMs, roundTrip.smoothedMs)), roundTrip.timeoutMs);
}

/**
 * Finds a link that fell silent long before its retransmission time ends, where another stands by: both are asked at once,
 * and when the other answers and this one does not, letters go by the other. That the peer lives and would answer is known
 * then, so a slow peer makes no doubt; and no verdict is spoken: the retransmission time does that.
 */
export class DoubtWatch {
  readonly #rooms: DoubtWatchRooms;
  readonly #due: DueTimer;

  constructor(rooms: DoubtWatchRooms) {
    this.#rooms = rooms;
    this.#due = new DueTimer(rooms.clock, (late) => this.#look(late > lateMs));
  }

  close(): void {
    this.#due.cancel();
  }

  /** Letters went out on this link, and nothing was heard since. */
  awaits(session: Session, live: LiveLink, now: number): void {
    live.awaitedSince = now;
    if (session.links.length < 2) return;
    const patience = patienceMs(live);
    if (patience !== undefined) this.#due.by(now + patience);
  }

  /** A frame came on this link. */
  heard(live: LiveLink, now: number): void {
    if (live.awaitedSince === undefined) return;
    live.quietMs = Math.max(now - live.awaitedSince, fading * live.quietMs);
    live.awaitedSince = undefined;
    live.askedAt = undefined;
  }

  #look(isLate: boolean): void {
    const now = this.#rooms.clock.now();
    for (const session of [...this.#rooms.book.allSessions()]) {
      if (session.links.length < 2) continue;
      for (const live of [...session.links]) this.#judge(session, live, now, isLate);
    }
  }

  #judge(session: Session, live: LiveLink, now: number, isLate: boolean): void {
    const { awaitedSince, askedAt } = live;
    const patience = patienceMs(live);
    if (awaitedSince === undefined || patience === undefined || !live.usable) return;
    // Longer silences are judged by the retransmission time.
    if (now - awaitedSince > live.roundTrip.timeoutMs) return;
    const dueAt = (askedAt ?? awaitedSince) + patience;
    if (dueAt > now) return this.#due.by(dueAt);
    if (askedAt === undefined) {
      live.askedAt = now;
      for (const each of session.links) if (each.usable) this.#rooms.ask(session, each);
    } else if (!isLate && session.links.some((each) => each !== live && each.usable && each.lastHeardAt > askedAt)) {
      return this.#rooms.doubt(session, live);
    }
    this.#due.by(now + patience);
  }
}

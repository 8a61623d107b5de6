import type { Clock } from "../ports/clock.ts";
import type { ConnectionBook } from "./connection-book.ts";
import { type FrameItem, itemKind } from "./frame.ts";
import { ownStallMs } from "./letter-watch.ts";
import type { LiveLink } from "./live-link.ts";
import type { Session } from "./session.ts";

export interface LinkWatchRooms {
  readonly clock: Clock;
  readonly book: ConnectionBook;
  readonly sendNow: (session: Session, live: LiveLink, item: FrameItem) => void;
  /** Nothing was heard for the retransmission time. */
  readonly onSuspect: (session: Session, live: LiveLink) => void;
  /** Another link answered and this one did not, or its medium is away: its letters go by the other. */
  readonly onDoubted: (session: Session, live: LiveLink) => void;
  /** Its medium is away, and no other link is there. */
  readonly onStranded: (session: Session) => void;
  /** Heard again, or its medium is back. */
  readonly onCleared: (session: Session, live: LiveLink) => void;
  /** A ping came back. */
  readonly onMeasured: (session: Session, live: LiveLink, rttMs: number) => void;
  readonly onDead: (session: Session, live: LiveLink) => void;
  /** Once in a while, for each session: an answer may be lost though no link of ours died. */
  readonly onReview: (session: Session, now: number) => void;
}

/** How often links are looked at. */
const beatMs = 500;
/** At each of so many looks, letters that were accepted long ago are asked for. */
const reviewBeats = 20;
/** After a sleep of this node a link is suspect sooner, in milliseconds: most are gone, and suspicion costs no more than a dial. */
const wakePatience = Object.freeze({ leastMs: 500, mostMs: 1_500, roundTrips: 4 });
/** A link that said nothing for this long is asked whether it lives. */
const idleMs = 15_000;

/** Finds links that fell silent, by pings where no letters are out; keeps idle media open. */
export class LinkWatch {
  readonly #rooms: LinkWatchRooms;
  #timer: Disposable | undefined;
  #beatAt = 0;
  /** 0 is of pongs that answer no ping. */
  #token = 1;
  #beats = 0;

  constructor(rooms: LinkWatchRooms) {
    this.#rooms = rooms;
  }

  /** Looks while there is a link to look at. */
  open(): void {
    if (this.#timer !== undefined) return;
    this.#beatAt = this.#rooms.clock.now() + beatMs;
    this.#timer = this.#rooms.clock.timer(beatMs, () => this.#beat());
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** Letters were out on this link for too long. */
  suspect(session: Session, live: LiveLink): void {
    if (live.suspect || live.closed) return;
    live.suspect = true;
    live.ping = undefined;
    session.rankedUntil = 0;
    this.#probe(session, live);
    this.#rooms.onSuspect(session, live);
  }

  /** Its medium says that nothing passes at present, or that it does again. */
  interrupted(session: Session, live: LiveLink, isInterrupted: boolean): void {
    live.interrupted = isInterrupted;
    if (!isInterrupted && live.doubted) this.#clear(session, live);
    this.spareInterrupted(session);
    if (isInterrupted && live.usable) this.#rooms.onStranded(session);
  }

  /** Where a link stands whose medium is there, letters take none whose medium is away. */
  spareInterrupted(session: Session): void {
    if (!session.links.some((each) => each.usable && !each.interrupted)) return;
    for (const each of [...session.links]) if (each.interrupted) this.doubt(session, each);
  }

  /** Silent while another link to the same peer answers, or interrupted. */
  doubt(session: Session, live: LiveLink): void {
    if (!live.usable) return;
    live.doubted = true;
    session.rankedUntil = 0;
    this.#rooms.onDoubted(session, live);
  }

  /** This node slept: nobody is late, and every link is asked whether it lives. */
  woke(): void {
    const now = this.#rooms.clock.now();
    for (const session of [...this.#rooms.book.allSessions()]) {
      for (const live of [...session.links]) {
        live.lastHeardAt = now;
        live.wokeAt = now;
        if (!live.retired) this.#probe(session, live, now);
      }
    }
  }

  /** A frame came on this link. */
  heard(session: Session, live: LiveLink): void {
    live.probedAt = undefined;
    // What it had brought before its medium went says nothing of now.
    if (!live.interrupted && (live.suspect || live.doubted)) this.#clear(session, live);
  }

  #clear(session: Session, live: LiveLink): void {
    live.suspect = false;
    live.doubted = false;
    session.rankedUntil = 0;
    this.#rooms.onCleared(session, live);
  }

  /** Asks a link how far it is, or whether it is there. */
  measure(session: Session, live: LiveLink): void {
    if (live.probedAt === undefined && live.usable) this.#probe(session, live);
  }

  /** A pong came on this link. */
  answered(session: Session, live: LiveLink, token: number): void {
    if (live.ping?.token !== token) return;
    const { clock, onMeasured } = this.#rooms;
    const now = clock.now();
    const rttMs = now - live.ping.sentAt;
    const isClean = live.ping.sentAt > live.wokeAt;
    live.ping = undefined;
    if (!isClean) return;
    live.roundTrip.sample(rttMs, now);
    onMeasured(session, live, rttMs);
  }

  #beat(): void {
    this.#timer = undefined;
    const now = this.#rooms.clock.now();
    const stalled = now - this.#beatAt > ownStallMs;
    for (const session of [...this.#rooms.book.allSessions()]) {
      for (const live of [...session.links]) this.#look(session, live, now, stalled);
    }
    if (++this.#beats % reviewBeats === 0)
      for (const session of this.#rooms.book.allSessions()) this.#rooms.onReview(session, now);
    if (this.#rooms.book.size > 0) this.open();
  }

  #look(session: Session, live: LiveLink, now: number, stalled: boolean): void {
    if (stalled) {
      live.lastHeardAt = now;
      if (live.probedAt !== undefined) live.probedAt = now;
      return;
    }
    const isAfterSleep = live.probedAt === live.wokeAt && !live.suspect;
    const patienceMs = isAfterSleep ? wakePatienceMs(live) : live.roundTrip.timeoutMs;
    if (live.probedAt !== undefined && now - live.probedAt > patienceMs) {
      if (live.suspect) return this.#rooms.onDead(session, live);
      return this.suspect(session, live);
    }
    if (live.probedAt !== undefined || live.retired) return;
    const mediumIdleMs = live.link.connection.capabilities.idleMs ?? Number.POSITIVE_INFINITY;
    if (now - live.lastHeardAt > idleMs || now - live.lastSentAt > mediumIdleMs / 2) this.#probe(session, live);
  }

  #probe(session: Session, live: LiveLink, now = this.#rooms.clock.now()): void {
    const token = this.#token++;
    live.probedAt = now;
    // What a silent link takes to answer says nothing of its round trip.
    live.ping = live.suspect ? undefined : { token, sentAt: now };
    this.#rooms.sendNow(session, live, [itemKind.ping, token]);
  }
}

function wakePatienceMs({ roundTrip: { smoothedMs, timeoutMs } }: LiveLink): number {
  const { leastMs, mostMs, roundTrips } = wakePatience;
  const wantedMs = smoothedMs === undefined ? mostMs : Math.max(leastMs, roundTrips * smoothedMs);
  return Math.min(wantedMs, timeoutMs, mostMs);
}

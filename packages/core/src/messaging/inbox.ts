import type { Door } from "../door/door.ts";
import { FrameToll } from "../door/frame-toll.ts";
import { letterOffence } from "../door/offences.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import { decodeFrame, type FrameItem, itemKind, type LetterItem, type PieceItem } from "./frame.ts";
import type { LetterDesk, LetterSource } from "./letter-desk.ts";
import { maxRefusedFrames } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import type { PieceDesk } from "./piece-desk.ts";
import { countRanges, packRanges, splitRanges, visitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

export interface InboxRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly door: Door;
  readonly desk: LetterDesk;
  readonly pieces: PieceDesk;
  /** Reads acknowledging items. False: told nothing new. */
  readonly acknowledge: (session: Session, item: FrameItem) => boolean;
  /** The sender settled everything below its base. */
  readonly advance: (session: Session, base: number) => void;
  /** A ping of ours came back on this link. */
  readonly pong: (session: Session, live: LiveLink, token: number) => void;
  /** The asker of a request gave it up. */
  readonly cancel: (session: Session, seq: number) => void;
  readonly wake: (session: Session) => void;
  /** As `wake`, once what has arrived is read. */
  readonly wakeLater: (session: Session) => void;
  readonly ofOrigin: (peer: PeerId, origin: string) => Session | undefined;
  /** Ends a link whose other side breaks the rules. */
  readonly expel: (session: Session, live: LiveLink, detail: string) => void;
}

/**
 * To a letter of so many bytes the answer leaves when all that has arrived is read. Sealing and writing an answer each costs a
 * node that reads one such letter after the other a fifth of its time, and its reader as much again for the reading.
 */
const largeBytes = 16_384;

/** The one door: an arriving frame is opened, each letter looked up in the ledger and read by the one named on it. */
export class Inbox {
  readonly #rooms: InboxRooms;
  /** One a link, gone with it. */
  readonly #sources = new WeakMap<LiveLink, LetterSource>();

  constructor(rooms: InboxRooms) {
    this.#rooms = rooms;
  }

  receive(session: Session, live: LiveLink, bytes: Uint8Array): void {
    const { clock, door } = this.#rooms;
    const startedAt = clock.now();
    const toll = new FrameToll();
    this.#open(session, live, bytes, toll);
    toll.lost(session.assemblies.takeLost());
    const waste = toll.waste(bytes.length, () => clock.now() - startedAt);
    if (waste.useful > 0) live.usefulAt = startedAt;
    if (!door.spend(session.peer, live.link.connection, waste) && !live.closed) {
      this.#rooms.expel(session, live, "RATE_EXCEEDED");
    }
  }

  #open(session: Session, live: LiveLink, bytes: Uint8Array, toll: FrameToll): void {
    const frame = decodeFrame(bytes);
    if ("rejected" in frame) return this.#refuse(session, live, "FRAME_INVALID", frame.rejected);
    if (frame.base > session.window.base) this.#rooms.advance(session, frame.base);
    // A mailbox may have moved it too.
    session.assemblies.dropBelow(session.window.base);
    for (const item of frame.items) {
      if (live.closed) break;
      this.#read(session, live, item, toll);
    }
    if (session.hasControl) this.#answerSoon(session, bytes.length);
  }

  #read(session: Session, live: LiveLink, item: FrameItem, toll: FrameToll): void {
    switch (item[0]) {
      case itemKind.letter:
        return this.#letter(session, live, item, toll);
      case itemKind.piece:
        return this.#piece(session, live, item, toll);
      case itemKind.ask:
        toll.wasted(countRanges(item[1]));
        return this.#answer(session, live, item[1]);
      case itemKind.ping:
        toll.wasted();
        session.replyLink = live;
        return session.control([itemKind.pong, item[1]]);
      case itemKind.pong:
        toll.wasted();
        return this.#rooms.pong(session, live, item[1]);
      case itemKind.skip:
        toll.wasted();
        return this.#rooms.desk.skip(this.#source(session, live), item[1], item[2]);
      case itemKind.cancel:
        toll.wasted();
        return this.#rooms.cancel(session, item[1]);
      case itemKind.bye:
        return void live.link.close(`the peer said: ${item[1]}`);
      default:
        if (this.#rooms.acknowledge(session, item)) return toll.useful();
        return toll.wasted(Array.isArray(item[1]) ? countRanges(item[1]) : 1);
    }
  }

  #piece(session: Session, live: LiveLink, item: PieceItem, toll: FrameToll): void {
    const seq = item[1];
    const state = session.window.state(seq);
    if (state === "beyond") return this.#beyond(session, live, seq, toll);
    session.replyLink = live;
    if (state !== "new") {
      toll.double();
      return void this.#rooms.desk.double(this.#source(session, live), seq, item[2]);
    }
    const made = this.#rooms.pieces.take(session, live, item, toll);
    if (made === undefined) return;
    if ("item" in made) return this.#letter(session, live, made.item, toll);
    this.#blame(session, live, made.refused);
    const detail = "the pieces make no letter that is taken here";
    this.#rooms.desk.refuse(this.#source(session, live), seq, item[2], made.refused, detail);
  }

  #letter(session: Session, live: LiveLink, item: LetterItem, toll: FrameToll): void {
    session.replyLink = live;
    const taken = this.#rooms.desk.take(this.#source(session, live), item);
    if (taken === "new") return toll.useful();
    if (taken === "double") return toll.double();
    if (taken === "beyond") return this.#beyond(session, live, item[1], toll);
    toll.wasted();
    if (taken !== "overflow") return;
    this.#blame(session, live, "INBOX_OVERFLOW");
    this.#rooms.expel(session, live, "INBOX_OVERFLOW");
  }

  /** Answers go to the session that stands when they are ready: a handler may outlive the link, and the sender's process. */
  #source(session: Session, live: LiveLink): LetterSource {
    const known = this.#sources.get(live);
    if (known !== undefined) return known;
    const made = this.#makeSource(session, live);
    this.#sources.set(live, made);
    return made;
  }

  #makeSource(session: Session, live: LiveLink): LetterSource {
    const now = () =>
      session.links.length > 0 ? session : (this.#rooms.ofOrigin(session.peer, session.origin) ?? session);
    return {
      peer: session.peer,
      origin: session.origin,
      instance: session.key,
      window: session.window,
      transport: live.way.transport,
      accepted: (seq) => now().acknowledgeAccepted(seq),
      handled: (seq) => now().acknowledgeHandled(seq),
      failed: (seq, code, text) => now().acknowledgeFailed([itemKind.failed, seq, code, text]),
      overflowed: () => {
        if (live.closed) return;
        this.#blame(session, live, "INBOX_OVERFLOW");
        this.#rooms.expel(session, live, "INBOX_OVERFLOW");
      },
      flush: (bytes) => this.#answerSoon(now(), bytes),
    };
  }

  #answerSoon(session: Session, bytes: number): void {
    if (bytes < largeBytes) this.#rooms.wake(session);
    else this.#rooms.wakeLater(session);
  }

  #answer(session: Session, live: LiveLink, ranges: readonly number[]): void {
    const source = this.#source(session, live);
    const unknown: number[] = [];
    visitRanges(ranges, (seq) => {
      if (session.window.state(seq) !== "new") return this.#rooms.desk.say(source, seq);
      const half = session.assemblies.find(seq);
      if (half === undefined) unknown.push(seq);
      else this.#rooms.pieces.answer(session, seq, half);
    });
    for (const part of splitRanges(packRanges(unknown))) session.control([itemKind.unknown, part]);
  }

  #beyond(session: Session, live: LiveLink, seq: number, toll: FrameToll): void {
    toll.wasted();
    this.#refuse(
      session,
      live,
      "WINDOW_EXCEEDED",
      `sequence ${seq} is beyond the window of base ${session.window.base}`,
    );
  }

  #refuse(session: Session, live: LiveLink, code: string, detail: string): void {
    this.#rooms.events.emit("frame:rejected", {
      transport: live.way.transport,
      remote: live.link.connection.remote,
      code,
      detail,
    });
    this.#blame(session, live, code);
    live.refusedFrames++;
    const gone = live.refusedFrames >= maxRefusedFrames || this.#rooms.door.refusedUntil(session.peer) !== undefined;
    if (gone) this.#rooms.expel(session, live, code);
  }

  /** The seal proves that the peer itself wrote it. */
  #blame(session: Session, live: LiveLink, code: string): void {
    const offence = letterOffence(code);
    if (offence === undefined) return;
    this.#rooms.door.offend(offence, { peer: session.peer, remote: live.link.connection });
  }
}

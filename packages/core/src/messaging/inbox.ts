import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import { decodeFrame, type FrameItem, itemKind, type LetterItem, type PieceItem } from "./frame.ts";
import type { LetterDesk, LetterSource } from "./letter-desk.ts";
import { maxRefusedFrames } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import { packRanges, splitRanges, visitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

export interface InboxRooms {
  readonly events: EventBus;
  readonly desk: LetterDesk;
  readonly maxLetterBytes: number;
  /** Reads acknowledging items. */
  readonly acknowledge: (session: Session, item: FrameItem) => void;
  /** The sender settled everything below its base. */
  readonly advance: (session: Session, base: number) => void;
  readonly wake: (session: Session) => void;
  readonly ofOrigin: (peer: PeerId, origin: string) => Session | undefined;
  /** Ends a link whose other side breaks the rules. */
  readonly expel: (session: Session, live: LiveLink, detail: string) => void;
}

/** The one door: an arriving frame is opened, each letter looked up in the ledger and read by the one named on it. */
export class Inbox {
  readonly #rooms: InboxRooms;

  constructor(rooms: InboxRooms) {
    this.#rooms = rooms;
  }

  receive(session: Session, live: LiveLink, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if ("rejected" in frame) return this.#refuse(session, live, "FRAME_INVALID", frame.rejected);
    if (frame.base > session.window.base) {
      this.#rooms.advance(session, frame.base);
      session.assemblies.dropBelow(frame.base);
    }
    for (const item of frame.items) this.#read(session, live, item);
    if (session.hasControl) this.#rooms.wake(session);
  }

  #read(session: Session, live: LiveLink, item: FrameItem): void {
    switch (item[0]) {
      case itemKind.letter:
        return this.#letter(session, live, item);
      case itemKind.piece:
        return this.#piece(session, live, item);
      case itemKind.ask:
        return this.#answer(session, live, item[1]);
      case itemKind.ping:
        session.replyLink = live;
        return session.control([itemKind.pong, item[1]]);
      case itemKind.pong:
        return;
      case itemKind.bye:
        return void live.link.close(`the peer said: ${item[1]}`);
      default:
        return this.#rooms.acknowledge(session, item);
    }
  }

  #piece(session: Session, live: LiveLink, item: PieceItem): void {
    const seq = item[1];
    const state = session.window.state(seq);
    if (state === "beyond") return this.#beyond(session, live, seq);
    session.replyLink = live;
    if (state !== "new") return void this.#rooms.desk.double(this.#source(session, live), seq);
    const result = session.assemblies.add(item, this.#rooms.maxLetterBytes);
    if (result.state === "whole") return this.#letter(session, live, result.item);
    if (result.state === "refused") {
      this.#rooms.desk.refuse(
        this.#source(session, live),
        seq,
        "",
        result.code,
        "the pieces make no letter that is taken here",
      );
    }
  }

  #letter(session: Session, live: LiveLink, item: LetterItem): void {
    session.replyLink = live;
    const taken = this.#rooms.desk.take(this.#source(session, live), item);
    if (taken === "beyond") this.#beyond(session, live, item[1]);
    if (taken === "overflow") this.#rooms.expel(session, live, "INBOX_OVERFLOW");
  }

  /** Answers go to the session that stands when they are ready: a handler may outlive the link, and the sender's process. */
  #source(session: Session, live: LiveLink): LetterSource {
    const now = () =>
      session.links.length > 0 ? session : (this.#rooms.ofOrigin(session.peer, session.origin) ?? session);
    return {
      peer: session.peer,
      origin: session.origin,
      window: session.window,
      transport: live.way.transport,
      accepted: (seq) => now().acknowledgeAccepted(seq),
      handled: (seq) => now().acknowledgeHandled(seq),
      failed: (seq, code, text) => now().acknowledgeFailed([itemKind.failed, seq, code, text]),
      flush: () => this.#rooms.wake(now()),
    };
  }

  #answer(session: Session, live: LiveLink, ranges: readonly number[]): void {
    const source = this.#source(session, live);
    const unknown: number[] = [];
    visitRanges(ranges, (seq) => {
      if (session.window.state(seq) === "new") unknown.push(seq);
      else this.#rooms.desk.say(source, seq);
    });
    for (const part of splitRanges(packRanges(unknown))) session.control([itemKind.unknown, part]);
  }

  #beyond(session: Session, live: LiveLink, seq: number): void {
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
    live.refusedFrames++;
    if (live.refusedFrames >= maxRefusedFrames) this.#rooms.expel(session, live, code);
  }
}

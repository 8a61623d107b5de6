import { codeOf, describeError } from "../errors/index.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { ChannelBook } from "./channel-book.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { decodeFrame, type FrameItem, itemKind, type LetterItem, letterUse, type PieceItem } from "./frame.ts";
import { maxReasonLength, maxRefusedFrames } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import { decodeMessage } from "./message-codec.ts";
import { packRanges, splitRanges, visitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

export interface InboxRooms {
  readonly events: EventBus;
  readonly channels: ChannelBook;
  readonly dispatcher: Dispatcher;
  readonly maxLetterBytes: number;
  /** Reads acknowledging items. */
  readonly acknowledge: (session: Session, item: FrameItem) => void;
  readonly wake: (session: Session) => void;
  /** The session of an instance as it is now: links may have come and gone while a handler ran. */
  readonly sessionOf: (peer: PeerId, key: string) => Session | undefined;
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
      session.window.advance(frame.base);
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
        return this.#answer(session, item[1]);
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
    if (session.window.state(seq) !== "new") return this.#known(session, live, seq);
    const result = session.assemblies.add(item, this.#rooms.maxLetterBytes);
    if (result.state === "whole") return this.#letter(session, live, result.item);
    if (result.state === "refused") {
      this.#reject(session, live, seq, "", result.code, "the pieces make no letter that is taken here");
    }
  }

  #letter(session: Session, live: LiveLink, item: LetterItem): void {
    const [, seq, channelName, use, , body] = item;
    session.replyLink = live;
    if (session.window.state(seq) !== "new") return this.#known(session, live, seq);
    if (body.length > this.#rooms.maxLetterBytes) {
      return this.#reject(
        session,
        live,
        seq,
        channelName,
        "LETTER_TOO_LARGE",
        `${body.length} bytes are over the cap of ${this.#rooms.maxLetterBytes}`,
      );
    }
    const channel = this.#rooms.channels.find(channelName);
    if (channel === undefined || channel.handlers.size === 0 || use !== letterUse.message) {
      return this.#reject(session, live, seq, channelName, "CHANNEL_UNKNOWN", "nobody listens on this channel");
    }
    let message: unknown;
    try {
      const parsed = channel.schema.safeParse(decodeMessage(body));
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const path = issue?.path.map(String).join(".");
        return this.#reject(
          session,
          live,
          seq,
          channelName,
          "MESSAGE_INVALID",
          `${path ? `${path}: ` : ""}${issue?.message ?? "not as the schema has it"}`,
        );
      }
      message = parsed.data;
    } catch (error) {
      return this.#reject(session, live, seq, channelName, codeOf(error, "MESSAGE_INVALID"), describeError(error));
    }
    session.window.accept(seq);
    let inTurn = true;
    const done = (error?: unknown) => {
      const now = inTurn ? session : (this.#rooms.sessionOf(session.peer, session.key) ?? session);
      this.#done(now, seq, error);
      if (!inTurn) this.#rooms.wake(now);
    };
    const dropped = () => session.window.release(seq);
    if (!this.#rooms.dispatcher.offer({ from: session.peer, channel, message, bytes: body.length, done, dropped })) {
      session.window.release(seq);
      this.#rooms.events.emit("inbox:overflow", {
        from: session.peer,
        queued: this.#rooms.dispatcher.queued(session.peer),
      });
      return this.#rooms.expel(session, live, "INBOX_OVERFLOW");
    }
    inTurn = false;
    if (session.window.state(seq) === "accepted") session.acknowledgeAccepted(seq);
  }

  #done(session: Session, seq: number, error: unknown): void {
    if (error === undefined) {
      session.window.handle(seq);
      session.acknowledgeHandled(seq);
    } else {
      this.#fail(session, seq, "HANDLER_FAILED", describeError(error));
    }
  }

  /** A double: said again, goes no further. */
  #known(session: Session, live: LiveLink, seq: number): void {
    if (session.window.state(seq) === "beyond") {
      return this.#refuse(
        session,
        live,
        "WINDOW_EXCEEDED",
        `sequence ${seq} is beyond the window of base ${session.window.base}`,
      );
    }
    session.replyLink = live;
    this.#rooms.events.emit("message:duplicate", { from: session.peer, transport: live.way.transport });
    this.#sayState(session, seq);
  }

  #answer(session: Session, ranges: readonly number[]): void {
    const unknown: number[] = [];
    visitRanges(ranges, (seq) => {
      if (session.window.state(seq) === "new") unknown.push(seq);
      else this.#sayState(session, seq);
    });
    for (const part of splitRanges(packRanges(unknown))) session.control([itemKind.unknown, part]);
  }

  #sayState(session: Session, seq: number): void {
    const state = session.window.state(seq);
    const failure = session.window.failure(seq);
    if (state === "accepted") session.acknowledgeAccepted(seq);
    else if (state === "handled") session.acknowledgeHandled(seq);
    else if (failure !== undefined) session.acknowledgeFailed([itemKind.failed, seq, failure.code, failure.text]);
  }

  #reject(session: Session, live: LiveLink, seq: number, channel: string, code: string, detail: string): void {
    session.replyLink = live;
    this.#rooms.events.emit("message:rejected", { from: session.peer, channel, code, detail });
    this.#fail(session, seq, code, detail);
  }

  #fail(session: Session, seq: number, code: string, text: string): void {
    const failure = { code, text: text.slice(0, maxReasonLength) };
    session.window.fail(seq, failure);
    session.acknowledgeFailed([itemKind.failed, seq, failure.code, failure.text]);
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

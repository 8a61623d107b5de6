import { codeOf, describeError } from "../errors/index.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { TransportId } from "../ports/transport.ts";
import type { ChannelBook, MessageHandler, OpenChannel } from "./channel-book.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { type LetterItem, letterUse } from "./frame.ts";
import type { SeenJournal } from "./journal/seen-journal.ts";
import { failLetter, LetterRun } from "./letter-run.ts";
import { decodeMessage } from "./message-codec.ts";
import type { OrderDesk } from "./order-desk.ts";
import { PlainReader } from "./plain-reader.ts";
import type { ReceiveWindow } from "./receive-window.ts";
import type { RequestDesk } from "./request-desk.ts";

/** Where a letter came from, and how its sender is told what became of it. */
export interface LetterSource {
  readonly peer: PeerId;
  /** Names the sender's sequence. */
  readonly origin: string;
  /** The sender's present instance; undefined for a sealed letter, which has no place in an order. */
  readonly instance: string | undefined;
  readonly window: ReceiveWindow;
  readonly transport: TransportId;
  accepted(seq: number): void;
  handled(seq: number): void;
  failed(seq: number, code: string, text: string): void;
  /** A letter that was "new" found no room after all, once the store had it as begun; its place is free again. */
  overflowed(seq: number): void;
  /** Called after an answer that did not come within the call that took the letter, of so many bytes. */
  flush(bytes: number): void;
}

export interface LetterDeskRooms {
  readonly events: EventBus;
  readonly channels: ChannelBook;
  readonly dispatcher: Dispatcher;
  readonly journal: SeenJournal;
  readonly orders: OrderDesk;
  readonly requests: RequestDesk;
  readonly maxLetterBytes: number;
}

/** What became of a letter that was handed in. "beyond" and "overflow" are the sender's fault. */
export type Taken = "new" | "double" | "refused" | "beyond" | "overflow";

/** Looks a letter up in the ledger, validates it, and gives it to the one named on it. Links and mailboxes end here. */
export class LetterDesk {
  readonly #rooms: LetterDeskRooms;
  readonly #reader = new PlainReader();

  constructor(rooms: LetterDeskRooms) {
    this.#rooms = rooms;
  }

  take(source: LetterSource, item: LetterItem): Taken {
    const [, seq, channel, , , body, order = 0, , orderBase = 0] = item;
    const state = source.window.state(seq);
    if (state === "beyond") return "beyond";
    if (state !== "new") return this.double(source, seq, channel);
    source.window.accept(seq);
    const { peer, instance } = source;
    if (order === 0 || instance === undefined) return this.#open(source, item);
    const { orders } = this.#rooms;
    switch (orders.turn(peer, instance, channel, order, orderBase)) {
      case "now": {
        const taken = this.#open(source, item);
        if (taken === "overflow") orders.again(peer, instance, channel, order);
        else orders.passed(peer, instance, channel);
        return taken;
      }
      case "wait": {
        const held = orders.hold(peer, instance, channel, order, {
          bytes: body.length,
          run: () => {
            if (this.#open(source, item) !== "overflow") return true;
            source.overflowed(seq);
            return false;
          },
          drop: () => source.window.fail(seq, { code: "LETTER_EXPIRED", text: "its sender gave it up" }),
          release: () => source.window.release(seq),
        });
        if (!held) return this.#overflow(source, seq);
        source.accepted(seq);
        return "new";
      }
      case "late":
        return this.refuse(source, seq, channel, "LETTER_EXPIRED", "its sender had given it up");
      case "full":
        source.window.release(seq);
        return "beyond";
    }
  }

  /** The sender of an ordered channel says what is not to be waited for. */
  skip(source: LetterSource, channel: string, base: number): void {
    if (source.instance !== undefined) this.#rooms.orders.skip(source.peer, source.instance, channel, base);
  }

  #open(source: LetterSource, item: LetterItem): Taken {
    const [, seq, channelName, use, , body, order = 0, re = 0] = item;
    const { maxLetterBytes, channels, requests, journal } = this.#rooms;
    if (body.length > maxLetterBytes) {
      const detail = `${body.length} bytes are over the cap of ${maxLetterBytes}`;
      return this.refuse(source, seq, channelName, "LETTER_TOO_LARGE", detail);
    }
    const channel = channels.find(channelName);
    if (use === letterUse.response) {
      const isAwaited = requests.answer(source.peer, re, body);
      source.window.handle(seq);
      source.handled(seq);
      return isAwaited ? "new" : "refused";
    }
    const handlers = channel && handlersOf(channel, source, item, requests);
    if (channel === undefined || handlers === undefined) {
      return this.refuse(source, seq, channelName, "CHANNEL_UNKNOWN", "nobody listens on this channel");
    }
    const read = readMessage(channel, body, this.#reader);
    if ("code" in read) return this.refuse(source, seq, channelName, read.code, read.text);
    const letter = new LetterRun(this.#rooms, source, seq, channelName, handlers, read.message, body.length);
    const begun = journal.begin(source.peer, source.origin, seq);
    if (begun === undefined) return this.#offer(source, letter);
    source.accepted(seq);
    void begun.then(
      () => {
        if (this.#offerBegun(source, letter, order) !== "overflow") return;
        source.overflowed(seq);
        source.flush(body.length);
      },
      (error: unknown) => {
        const detail = `the receiver's store: ${describeError(error)}`;
        this.refuse(source, seq, channelName, codeOf(error, "STORE_FAILED"), detail);
        source.flush(body.length);
      },
    );
    return "new";
  }

  /** The store has it as begun. In an ordered channel one before it may have found no room meanwhile: then neither does this. */
  #offerBegun(source: LetterSource, letter: LetterRun, order: number): Taken {
    const { peer, instance, window } = source;
    if (order === 0 || instance === undefined) return this.#offer(source, letter);
    const { orders } = this.#rooms;
    if (!orders.inTurn(peer, instance, letter.channel, order)) {
      window.release(letter.seq);
      return "overflow";
    }
    const taken = this.#offer(source, letter);
    if (taken === "overflow") orders.again(peer, instance, letter.channel, order);
    return taken;
  }

  /** A letter that was here before: its answer is said again, and it goes no further. */
  double(source: LetterSource, seq: number, channel: string): "double" {
    this.#rooms.events.emit("message:duplicate", { from: source.peer, channel, transport: source.transport });
    this.say(source, seq);
    return "double";
  }

  /** Tells the sender what is known of a letter. What lies below the base was settled by the sender itself. */
  say(source: LetterSource, seq: number): void {
    const state = source.window.state(seq);
    const failure = source.window.failure(seq);
    if (state === "accepted") source.accepted(seq);
    else if (state === "handled" || state === "settled") source.handled(seq);
    else if (failure !== undefined) source.failed(seq, failure.code, failure.text);
  }

  refuse(source: LetterSource, seq: number, channel: string, code: string, detail: string): "refused" {
    this.#rooms.events.emit("message:rejected", { from: source.peer, channel, code, detail });
    failLetter(source, seq, code, detail);
    return "refused";
  }

  #offer(source: LetterSource, letter: LetterRun): Taken {
    const { seq } = letter;
    if (!letter.offerTo(this.#rooms.dispatcher)) return this.#overflow(source, seq);
    if (source.window.state(seq) === "accepted") source.accepted(seq);
    return "new";
  }

  #overflow(source: LetterSource, seq: number): "overflow" {
    const { events, dispatcher } = this.#rooms;
    source.window.release(seq);
    events.emit("inbox:overflow", { from: source.peer, queued: dispatcher.queued(source.peer) });
    return "overflow";
  }
}

/** Undefined: nobody here takes such a letter. */
function handlersOf(
  channel: OpenChannel,
  source: LetterSource,
  [, seq, , use, ttlMs]: LetterItem,
  requests: RequestDesk,
): Iterable<MessageHandler<unknown>> | undefined {
  if (use === letterUse.message) return channel.handlers.length > 0 ? channel.handlers : undefined;
  const { responder } = channel;
  if (use !== letterUse.request || responder === undefined) return undefined;
  return [(message) => requests.serve({ seq, ttlMs, source, channel: channel.name, responder, message })];
}

type Read = { readonly message: unknown } | { readonly code: string; readonly text: string };

function readMessage(channel: OpenChannel, body: Uint8Array, reader: PlainReader): Read {
  try {
    const parsed = channel.schema.safeParse(decodeMessage(body, reader));
    if (parsed.success) return { message: parsed.data };
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String).join(".");
    return {
      code: "MESSAGE_INVALID",
      text: `${path ? `${path}: ` : ""}${issue?.message ?? "not as the schema has it"}`,
    };
  } catch (error) {
    return { code: codeOf(error, "MESSAGE_INVALID"), text: describeError(error) };
  }
}

import { codeOf, describeError } from "../errors/index.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { StoreOperation } from "../ports/store.ts";
import type { TransportId } from "../ports/transport.ts";
import type { MessageHandler } from "./channel-book.ts";
import type { Delivery } from "./dispatcher.ts";
import type { SeenJournal } from "./journal/seen-journal.ts";
import type { LetterSource } from "./letter-desk.ts";
import { maxReasonLength } from "./limits.ts";
import type { Failure } from "./receive-window.ts";

export interface LetterRunRooms {
  readonly events: EventBus;
  readonly journal: SeenJournal;
}

/** A letter that was read, from there to its answer: one object for all of it, as each letter has one. */
export class LetterRun implements Delivery {
  readonly seq: number;
  readonly channel: string;
  readonly handlers: Iterable<MessageHandler<unknown>>;
  readonly message: unknown;
  readonly bytes: number;
  redelivered = false;
  readonly #rooms: LetterRunRooms;
  readonly #source: LetterSource;
  /** The call that took the letter has not returned: what is said now leaves with its answer. */
  #inTurn = false;

  constructor(
    rooms: LetterRunRooms,
    source: LetterSource,
    seq: number,
    channel: string,
    handlers: Iterable<MessageHandler<unknown>>,
    message: unknown,
    bytes: number,
  ) {
    this.#rooms = rooms;
    this.#source = source;
    this.seq = seq;
    this.channel = channel;
    this.handlers = handlers;
    this.message = message;
    this.bytes = bytes;
  }

  get from(): PeerId {
    return this.#source.peer;
  }

  get transport(): TransportId {
    return this.#source.transport;
  }

  /** Gives it to whoever takes deliveries. @returns what that said */
  offerTo(take: { offer(delivery: Delivery): boolean }): boolean {
    this.#inTurn = true;
    this.redelivered = this.#source.window.wasBegun(this.seq);
    const taken = take.offer(this);
    this.#inTurn = false;
    return taken;
  }

  done(failed: { readonly error: unknown } | undefined, writes: readonly StoreOperation[]): void {
    const failure = failed && failureOf(failed.error);
    const { peer, origin } = this.#source;
    const written = this.#rooms.journal.done(peer, origin, this.seq, failure, writes);
    if (written === undefined) return this.#settle(failure);
    void written.then(
      () => this.#settle(failure),
      (error: unknown) => this.#settle(failure ?? this.#storeFailed(error, writes)),
    );
  }

  dropped(): void {
    this.#source.window.release(this.seq);
  }

  #settle(failure: Failure | undefined): void {
    const source = this.#source;
    if (failure === undefined) {
      source.window.handle(this.seq);
      source.handled(this.seq);
    } else {
      failLetter(source, this.seq, failure.code, failure.text);
    }
    if (!this.#inTurn) source.flush(this.bytes);
  }

  /**
   * The handler has run, so the sender is told so; only a crash right now could bring the letter again. What the handler
   * asked to be written with `done` was not: then the letter failed.
   */
  #storeFailed(error: unknown, writes: readonly StoreOperation[]): Failure | undefined {
    const failure = { code: codeOf(error, "STORE_FAILED"), text: describeError(error) };
    this.#rooms.events.emit("store:failed", { code: failure.code, detail: failure.text });
    return writes.length > 0 ? { code: failure.code, text: `the receiver's store: ${failure.text}` } : undefined;
  }
}

/** Marks a letter as failed, and tells its sender. */
export function failLetter(source: LetterSource, seq: number, code: string, text: string): void {
  const failure = { code, text: text.slice(0, maxReasonLength) };
  source.window.fail(seq, failure);
  source.failed(seq, failure.code, failure.text);
}

/** A handler's own typed error reaches the sender under its code. */
function failureOf(error: unknown): Failure {
  return { code: codeOf(error, "HANDLER_FAILED").slice(0, 64), text: describeError(error).slice(0, maxReasonLength) };
}

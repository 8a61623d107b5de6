import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { RequestHandler } from "./channel-book.ts";
import { DueTimer } from "./due-timer.ts";
import { letterUse } from "./frame.ts";
import type { LetterSource } from "./letter-desk.ts";
import { checkLetterSize } from "./letter-size.ts";
import type { MessagingOptions } from "./limits.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";
import type { LetterDraft } from "./out-letter.ts";
import { PlainReader } from "./plain-reader.ts";

export interface RequestDeskRooms {
  readonly clock: Clock;
  readonly options: Pick<MessagingOptions, "maxLetterBytes">;
  /** Posts a response. */
  readonly post: (draft: LetterDraft) => void;
}

/** A request that came, with what answers it. */
export interface IncomingRequest {
  readonly seq: number;
  readonly ttlMs: number;
  readonly source: LetterSource;
  readonly channel: string;
  readonly responder: RequestHandler<unknown, unknown>;
  readonly message: unknown;
}

interface Pending {
  readonly deadline: number;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Most requests that wait for an answer, and most that are being answered. */
const maxPending = 16_384;

/** Requests on their way out wait here for their answer; those that came in run here until answered or called off. */
export class RequestDesk {
  readonly #rooms: RequestDeskRooms;
  readonly #pending = new Map<string, Pending>();
  readonly #running = new Map<string, AbortController>();
  readonly #due: DueTimer;
  readonly #reader = new PlainReader();

  constructor(rooms: RequestDeskRooms) {
    this.#rooms = rooms;
    this.#due = new DueTimer(rooms.clock, () => this.#expire());
  }

  /** Before the letter is posted: one that is refused is not asked either. @throws SwarmError `OUTBOX_FULL` */
  checkRoom(): void {
    if (this.#pending.size >= maxPending)
      throw new SwarmError("OUTBOX_FULL", `${maxPending} requests wait for their answers`);
  }

  /** Waits for the answer to a letter; after `checkRoom`. Rejects with `LETTER_EXPIRED`. */
  expect(peer: PeerId, seq: number, ttlMs: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const deadline = this.#rooms.clock.now() + ttlMs;
    this.#pending.set(keyOf(peer, seq), { deadline, resolve, reject });
    this.#due.by(deadline);
    return promise;
  }

  /** The request failed, or was called off: nobody waits any more. */
  fail(peer: PeerId, seq: number, error: unknown): void {
    const key = keyOf(peer, seq);
    this.#pending.get(key)?.reject(error);
    this.#pending.delete(key);
  }

  /** A response came. False: nobody waits for it, and it is not read. */
  answer(peer: PeerId, re: number, body: Uint8Array): boolean {
    const key = keyOf(peer, re);
    const pending = this.#pending.get(key);
    if (pending === undefined) return false;
    this.#pending.delete(key);
    try {
      pending.resolve(decodeMessage(body, this.#reader));
    } catch (error) {
      pending.reject(error);
    }
    return true;
  }

  /** Runs the handler and posts what it answers. Rejects with what the handler threw. */
  async serve({ seq, ttlMs, source, channel, responder, message }: IncomingRequest): Promise<void> {
    const key = `${source.peer} ${source.origin} ${seq}`;
    const controller = new AbortController();
    const timer = this.#rooms.clock.timer(ttlMs, () =>
      controller.abort(new SwarmError("LETTER_EXPIRED", "the asker no longer waits")),
    );
    if (this.#running.size < maxPending) this.#running.set(key, controller);
    try {
      const response = await responder(message, { from: source.peer, signal: controller.signal });
      if (controller.signal.aborted) return;
      const body = encodeMessage(response);
      checkLetterSize(body, this.#rooms.options);
      const draft = {
        to: source.peer,
        channel,
        use: letterUse.response,
        body,
        ttlMs,
        re: seq,
      };
      this.#rooms.post(source.instance === undefined ? draft : { ...draft, instance: source.instance });
    } finally {
      timer[Symbol.dispose]();
      this.#running.delete(key);
    }
  }

  /** The asker gave up. */
  cancel(peer: PeerId, origin: string, seq: number): void {
    this.#running
      .get(`${peer} ${origin} ${seq}`)
      ?.abort(new SwarmError("REQUEST_CANCELLED", "the asker called the request off"));
  }

  close(error: unknown): void {
    this.#due.cancel();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    for (const controller of this.#running.values()) controller.abort(error);
    this.#running.clear();
  }

  #expire(): void {
    const now = this.#rooms.clock.now();
    for (const [key, { deadline, reject }] of this.#pending) {
      if (deadline > now) {
        this.#due.by(deadline);
        continue;
      }
      this.#pending.delete(key);
      reject(new SwarmError("LETTER_EXPIRED", "no answer came within the request's time to live"));
    }
  }
}

function keyOf(peer: PeerId, seq: number): string {
  return `${peer} ${seq}`;
}

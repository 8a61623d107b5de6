import type { PeerId } from "../ports/identity.ts";
import type { LetterProgress } from "../ports/sync-channel.ts";
import type { TransportId } from "../ports/transport.ts";
import { releaseBytes } from "../security/bytes.ts";
import { itemKind, itemOverheadBytes, type LetterItem } from "./frame.ts";
import type { LiveLink } from "./live-link.ts";
import type { OrderLane } from "./order-lane.ts";
import { Pieces } from "./pieces.ts";

/** Below it a collection is cheaper. Larger than what a `MessagePool` gives, which is of many letters. */
const leastReleasedBytes = 16_384;

/** How a letter ended for its sender. */
export type Settlement =
  | { readonly status: "confirmed"; readonly transport: TransportId }
  /** A mailbox has it; it stays in the outbox until it is answered. */
  | { readonly status: "relayed"; readonly transport: TransportId }
  | { readonly status: "failed"; readonly error: unknown };

/** What is posted. */
export interface LetterDraft {
  readonly to: PeerId;
  readonly channel: string;
  readonly use: number;
  readonly body: Uint8Array;
  /** Nothing but this letter has the body: its memory may go with it. */
  readonly ownsBody?: boolean;
  readonly ttlMs: number;
  /** The request that a response answers. */
  readonly re?: number;
  /** Bound to one instance of the receiver (a broadcast's copy, a response), by its key. */
  readonly instance?: string;
  /** Goes over every connected transport at once, or over the two best ways. */
  readonly spread?: "race" | "all" | undefined;
  /** Runs after those before it on its channel. */
  readonly ordered?: boolean;
  /** Hears how far a large letter is. */
  readonly onProgress?: ((progress: LetterProgress) => void) | undefined;
}

/** What became of a letter at mailboxes. */
export interface Mailing {
  /** How often one took it. */
  times: number;
  /** How often none did, since one last took it or a keeper came back. */
  refused: number;
  /** When it is due again (monotonic ms). */
  dueAt: number;
}

/** A letter on its way, from post to settlement. */
export class OutLetter {
  readonly seq: number;
  readonly draft: LetterDraft;
  /** Monotonic ms after which it is given up. */
  readonly deadline: number;
  readonly writtenAt: number;
  /** Tells the sender; what comes after the first time is not heard. */
  readonly settle: (settlement: Settlement) => void;
  /** The link that carries it now. */
  live: LiveLink | undefined;
  /** When it was handed over whole; 0 while it was not. */
  sentAt = 0;
  attempts = 0;
  accepted = false;
  settled = false;
  /** Key of the session it is assigned to, and the epoch of that instance. */
  session: string | undefined;
  epoch = 0;
  #lane: OrderLane | undefined;
  #order = 0;
  #pieces: Pieces | undefined;
  /** An earlier run left it, and may have sent it or put it in a mailbox. */
  restored = false;
  /** It gave up its place in its channel's order, for good. */
  placeless = false;
  /** Undefined: it was offered to no mailbox. */
  mail: Mailing | undefined;

  constructor(seq: number, draft: LetterDraft, now: number, settle: (settlement: Settlement) => void) {
    this.seq = seq;
    this.draft = draft;
    this.writtenAt = now;
    this.deadline = now + draft.ttlMs;
    this.settle = settle;
  }

  /** Its place in an ordered channel to the instance `session`; kept while it stays there. */
  join(lane: OrderLane): void {
    this.leave();
    this.#lane = lane;
    this.#order = lane.enter();
  }

  /** Nobody is to wait for it any more. */
  leave(): void {
    this.#lane?.settle(this.#order);
    this.#lane = undefined;
    this.#order = 0;
  }

  /**
   * A mailbox has it, and knows no order: nobody is to wait for it. Unless a link has brought it: then the receiver may hold it,
   * or what came after it, for its turn.
   */
  relayed(): void {
    if (this.attempts > 0 || this.live !== undefined) return;
    this.placeless = true;
    this.leave();
  }

  /**
   * A newer instance than that of `epoch` may hold it, or what came after it, for its turn. Its place there is not given up for an
   * older one, whose link may only seem to stand.
   */
  maybeHeldAfter(epoch: number): boolean {
    return this.#lane !== undefined && this.attempts > 0 && this.epoch > epoch;
  }

  /** The instance that it was for is gone: it may go to any. */
  unbind(): void {
    this.session = undefined;
    this.epoch = 0;
  }

  /** It is for this instance now. What another one has of it is no use there. */
  bind(session: string, epoch: number): void {
    if (this.#pieces?.session !== session) this.#pieces = undefined;
    this.session = session;
    this.epoch = epoch;
  }

  /** How it goes out in pieces; undefined while it does not. */
  get pieces(): Pieces | undefined {
    return this.#pieces;
  }

  /** It does not fit a frame. */
  cut(): Pieces {
    this.#pieces ??= new Pieces(this.draft.body.length, this.session);
    return this.#pieces;
  }

  get lane(): OrderLane | undefined {
    return this.#lane;
  }

  /** Those before it are near enough. */
  get inOrder(): boolean {
    return this.#lane?.allows(this.#order) ?? true;
  }

  /** As it goes into a frame now. */
  item(): LetterItem {
    const { channel, use, ttlMs, body, re } = this.draft;
    if (this.#lane === undefined && re === undefined) return [itemKind.letter, this.seq, channel, use, ttlMs, body];
    return [itemKind.letter, this.seq, channel, use, ttlMs, body, this.#order, re ?? 0, this.#lane?.base ?? 0];
  }

  /**
   * It has ended: gives a large body's memory back at once. A collection would find it too, but at a hundred MB/s the
   * collections cost more than the sealing. A mailbox may be reading it still.
   */
  release(): void {
    const { body, ownsBody } = this.draft;
    if (body.length >= leastReleasedBytes && ownsBody === true && this.mail === undefined) releaseBytes(body);
  }

  /** The receiver has it. */
  accept(): void {
    this.accepted = true;
    this.#lane?.accept(this.#order);
  }

  /** Bytes it takes in a frame, at most. */
  get frameBytes(): number {
    return this.draft.body.length + this.draft.channel.length + itemOverheadBytes;
  }

  /** The next way carries it: whole, or what the receiver is not known to have of it. */
  rewind(): void {
    this.live = undefined;
    this.sentAt = 0;
    this.accepted = false;
    this.#pieces?.takeOff();
    this.#lane?.rewind(this.#order);
  }
}

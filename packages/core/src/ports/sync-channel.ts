import type { z } from "zod";
import type { PeerId } from "./identity.ts";
import type { StoreOperation } from "./store.ts";
import type { TransportId } from "./transport.ts";

/** Names one kind of message. 1 to 64 characters of `a-z 0-9 . : / _ -`. */
export type ChannelName = string;

export interface SendOptions {
  /** Time to live in milliseconds of the kernel clock. Default 30,000; at most 7 days. */
  readonly ttlMs?: number;
  /**
   * "best" (default): the best way, the next one when it fails. "race": the two best ways at once. "all": every connected
   * transport at once. It is delivered once whichever is chosen.
   */
  readonly delivery?: "best" | "race" | "all";
  /** Calls the letter off. It rejects with the signal's reason; the peer may have it already. */
  readonly signal?: AbortSignal;
  /** Hears how far a letter is that is too large for one frame: about every 256 KiB that the peer has, and at its end. A throw becomes `handler:failed`. */
  readonly onProgress?: (progress: LetterProgress) => void;
}

/** How far a large letter is. */
export interface LetterProgress {
  /** Bytes of its message that the receiver has. */
  readonly heldBytes: number;
  readonly totalBytes: number;
}

/** What became of a letter. */
export interface Receipt {
  /** "confirmed": the peer's handler has run. "relayed": sealed in a mailbox, on its way. */
  readonly status: "confirmed" | "relayed";
  readonly to: PeerId;
  /** The transport that carried the acknowledged copy. */
  readonly transport: TransportId;
  /** Milliseconds from `send` to this receipt. */
  readonly elapsedMs: number;
}

/** What became of each copy of a broadcast. A peer that failed does not fail the others. */
export interface BroadcastReceipt {
  readonly confirmed: readonly PeerId[];
  readonly failed: readonly { readonly peer: PeerId; readonly error: Error }[];
}

/** The kernel's side of a channel: how its owner sends. */
export interface Lane<Message> {
  /**
   * Resolves when the peer's handler has run; waits for a way until its time to live ends.
   * @throws SwarmError `LETTER_EXPIRED`, `LETTER_TOO_LARGE`, `MESSAGE_INVALID`, `HANDLER_FAILED`, `CHANNEL_UNKNOWN`, `OUTBOX_FULL`, `STORE_FULL` (this node's store, or the peer's), `SWARM_STOPPED`, `PEER_ID_INVALID`
   */
  send(to: PeerId, message: Message, o?: SendOptions): Promise<Receipt>;
  /**
   * Sends to every connected peer over every connected transport; receivers deliver once. With nobody connected nobody is sent to.
   * @throws SwarmError `LETTER_TOO_LARGE`, `MESSAGE_INVALID`, `SWARM_STOPPED`; the signal's reason where it aborted before
   */
  broadcast(message: Message, o?: Omit<SendOptions, "delivery" | "onProgress">): Promise<BroadcastReceipt>;
  /**
   * Asks, and resolves to the peer's answer. Calling it off, or its time's end, reaches the peer's handler as an abort.
   * @throws SwarmError as `send`; what the peer's handler threw, under its own code, with `detail.remote`
   */
  request(to: PeerId, message: Message, o?: SendOptions): Promise<unknown>;
  /** Peers with a connection now. */
  peers(): readonly PeerId[];
}

/** What a handler may know and ask beside the message. */
export interface MessageContext {
  /** This node crashed after a handler had begun with this letter, so it may have been handled before. Never true without a durable store. */
  readonly redelivered: boolean;
  /** What brought it: a transport, or a mailbox. What a mailbox brings comes in no order. */
  readonly transport: TransportId;
  /**
   * Adds writes to the batch that marks the letter as done: both are there after a crash, or neither.
   * Called before the handler returned, or its promise settled. Dropped when the handler fails, or the store is not durable.
   */
  write(operations: readonly StoreOperation[]): void;
}

/** One kind of message as a plugin provides it. The kernel validates before `receive` sees a message. */
export interface SyncChannel<Message> {
  readonly name: ChannelName;
  readonly schema: z.ZodType<Message>;
  /** "sender" (default): letters of one sender run in the order they were sent. "none": as they come. */
  readonly order?: "sender" | "none";
  /** Schema of the answers to `request`, where the channel has any. */
  readonly response?: z.ZodType;
  /** Answers a request; needs `response`. */
  respond?(request: Message, from: PeerId, signal: AbortSignal): unknown;
  /** Called once at start with the channel's lane. */
  attach?(lane: Lane<Message>): void;
  /** A throw or rejection tells the sender `HANDLER_FAILED`; nothing else is disturbed. */
  receive(message: Message, from: PeerId, context: MessageContext): void | Promise<void>;
}

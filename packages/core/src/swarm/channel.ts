import type { z } from "zod";
import { quote, SwarmError } from "../errors/index.ts";
import type { MessageHandler, OpenChannel, RequestHandler } from "../messaging/channel-book.ts";
import { letterUse } from "../messaging/frame.ts";
import type { LetterDraft, OutLetter, Settlement } from "../messaging/out-letter.ts";
import type { PeerId } from "../ports/identity.ts";
import type { BroadcastReceipt, Lane, Receipt, SendOptions } from "../ports/sync-channel.ts";
import { type ChannelRooms, checkOptions, checkPeer, encodeBody, onAbort, readOptions } from "./counter.ts";
import { checkAnswer, sendRequest } from "./request.ts";

/** What a channel is opened with. */
export interface ChannelOptions<Schema extends z.ZodType, Response extends z.ZodType = z.ZodUnknown> {
  readonly name: string;
  readonly schema: Schema;
  /** "sender" (default): letters of one sender run in the order they were sent. "none": as they come. */
  readonly order?: "sender" | "none";
  /** Schema of the answers to `request`; without it the channel takes no requests. */
  readonly response?: Response;
}

/**
 * A counter where letters of one kind are written and read. Where a schema transforms or has defaults, what is written is its
 * input and what is read its output.
 */
export interface Channel<Message, Response = unknown, Written = Message, Answer = Response> extends Lane<Written> {
  readonly name: string;
  request(to: PeerId, message: Written, o?: SendOptions): Promise<Response>;
  /**
   * Calls `handler` for each message, once, in the order of arrival. A promise it returns delays the sender's
   * receipt until it settles; a throw tells the sender `HANDLER_FAILED`. Returns its unsubscribe. @throws SwarmError `OPTION_INVALID`, `CHANNEL_CLOSED`
   */
  onMessage(handler: MessageHandler<Message>): () => void;
  /** Answers requests; one handler a channel. Returns its undo. @throws SwarmError `OPTION_INVALID`, `CHANNEL_CLOSED` */
  onRequest(handler: RequestHandler<Message, Answer>): () => void;
  /** Forgets the channel and its handlers; letters that come are answered `CHANNEL_UNKNOWN`, and sending rejects with `CHANNEL_CLOSED`. */
  close(): void;
}

/** The channel of a pair of schemas. */
export type ChannelOf<Schema extends z.ZodType, Response extends z.ZodType> = Channel<
  z.output<Schema>,
  z.output<Response>,
  z.input<Schema>,
  z.input<Response>
>;

/** Opens a channel. @throws SwarmError `CHANNEL_DUPLICATE`, `OPTION_INVALID` */
export function openChannel<Schema extends z.ZodType, Response extends z.ZodType>(
  rooms: ChannelRooms,
  o: ChannelOptions<Schema, Response>,
): ChannelOf<Schema, Response> {
  const { name, schema, order = "sender", response } = readOptions(o);
  if (order !== "sender" && order !== "none") {
    throw new SwarmError("OPTION_INVALID", `order is "sender" or "none", not ${quote(order)}`, {
      detail: { path: "order" },
    });
  }
  const open = rooms.channels.open(name, schema, { ordered: order === "sender", response });
  return {
    name,
    send: (to, message, options) => sendLetter(rooms, open, to, message, options),
    broadcast: (message, options) => broadcastLetter(rooms, open, message, options),
    request: async (to, message, options) => answered<Response>(await sendRequest(rooms, open, to, message, options)),
    peers: () => rooms.book.peers(),
    onMessage: (handler) => {
      checkHandler(handler);
      return rooms.channels.addHandler(open, (message, from, context) =>
        handler(parsed<Schema>(message), from, context),
      );
    },
    onRequest: (handler) => {
      checkHandler(handler);
      return rooms.channels.setResponder(open, async (message, context) =>
        checkAnswer(open, await handler(parsed<Schema>(message), context)),
      );
    },
    close: () => rooms.channels.close(open),
  };
}

/** Here, for what is handed on stands around it and is a function always. */
function checkHandler(handler: unknown): void {
  if (typeof handler !== "function")
    throw new SwarmError("OPTION_INVALID", "a handler is a function", { detail: { path: "handler" } });
}

/** The inbox gives only what the schema's own parse gave. */
function parsed<Schema extends z.ZodType>(message: unknown): z.output<Schema> {
  return message as z.output<Schema>;
}

/** As `sendRequest` parsed it. */
function answered<Response extends z.ZodType>(response: unknown): z.output<Response> {
  return response as z.output<Response>;
}

/** The way of every letter: one promise, and no more. */
function sendLetter(
  rooms: ChannelRooms,
  channel: OpenChannel,
  to: PeerId,
  message: unknown,
  o: SendOptions = {},
): Promise<Receipt> {
  return new Promise((resolve, reject) => {
    checkPeer(rooms, to);
    const { ttlMs, signal, spread, onProgress } = checkOptions(rooms, o);
    const body = encodeBody(rooms, channel, message);
    signal?.throwIfAborted();
    const { name, ordered } = channel;
    const draft: LetterDraft = {
      to,
      channel: name,
      use: letterUse.message,
      body,
      ownsBody: spread === undefined,
      ttlMs,
      ordered,
      spread,
      onProgress,
    };
    const letter: OutLetter = rooms.outbox.post(draft, (end) => {
      deaf?.();
      if (end.status === "failed") return reject(end.error);
      const elapsedMs = rooms.clock.now() - letter.writtenAt;
      resolve({ status: end.status, to, transport: end.transport, elapsedMs });
    });
    const deaf = signal && onAbort(signal, () => rooms.outbox.cancel(letter, signal.reason));
  });
}

async function broadcastLetter(
  rooms: ChannelRooms,
  channel: OpenChannel,
  message: unknown,
  o: Omit<SendOptions, "delivery" | "onProgress"> = {},
): Promise<BroadcastReceipt> {
  const { ttlMs, signal } = checkOptions(rooms, o);
  const body = encodeBody(rooms, channel, message);
  signal?.throwIfAborted();
  if (rooms.isStopped()) throw new SwarmError("SWARM_STOPPED", "the node does not run");
  const confirmed = new Set<PeerId>();
  const failed = new Map<PeerId, Error>();
  const copies = [...rooms.book.allSessions()].map(async ({ peer, key }) => {
    const draft: LetterDraft = {
      to: peer,
      channel: channel.name,
      use: letterUse.message,
      body,
      ttlMs,
      instance: key,
      ordered: channel.ordered,
      spread: "all",
    };
    try {
      const end = await settlementOf(rooms, draft, signal);
      if (end.status === "failed") throw end.error;
      confirmed.add(peer);
    } catch (error) {
      failed.set(peer, error instanceof Error ? error : new SwarmError("LETTER_EXPIRED", String(error)));
    }
  });
  await Promise.all(copies);
  const failures = [...failed].filter(([peer]) => !confirmed.has(peer)).map(([peer, error]) => ({ peer, error }));
  return { confirmed: [...confirmed], failed: failures };
}

function settlementOf(rooms: ChannelRooms, draft: LetterDraft, signal: AbortSignal | undefined): Promise<Settlement> {
  return new Promise((resolve) => {
    const letter: OutLetter = rooms.outbox.post(draft, (end) => {
      deaf?.();
      resolve(end);
    });
    const deaf = signal && onAbort(signal, () => rooms.outbox.cancel(letter, signal.reason));
  });
}

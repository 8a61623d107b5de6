import type { z } from "zod";
import { SwarmError } from "../errors/index.ts";
import type { ChannelBook, MessageHandler, OpenChannel, RequestHandler } from "../messaging/channel-book.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import { letterUse } from "../messaging/frame.ts";
import { type MessagingOptions, maxTtlMs } from "../messaging/limits.ts";
import { encodeMessage } from "../messaging/message-codec.ts";
import type { LetterDraft, OutLetter, Settlement } from "../messaging/out-letter.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { RequestDesk } from "../messaging/request-desk.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { BroadcastReceipt, Lane, Receipt, SendOptions } from "../ports/sync-channel.ts";
import { isPeerId } from "../security/peer-id.ts";

export interface ChannelRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly options: MessagingOptions;
  readonly outbox: Outbox;
  readonly requests: RequestDesk;
  readonly book: ConnectionBook;
  readonly channels: ChannelBook;
}

/** What a channel is opened with. */
export interface ChannelOptions<Schema extends z.ZodType, Response extends z.ZodType = z.ZodUnknown> {
  readonly name: string;
  readonly schema: Schema;
  /** "sender" (default): letters of one sender run in the order they were sent. "none": as they come. */
  readonly order?: "sender" | "none";
  /** Schema of the answers to `request`; without it the channel takes no requests. */
  readonly response?: Response;
}

/** A counter where letters of one kind are written and read. */
export interface Channel<Message, Response = unknown> extends Lane<Message> {
  readonly name: string;
  request(to: PeerId, message: Message, o?: SendOptions): Promise<Response>;
  /**
   * Calls `handler` for each message, once, in the order of arrival. A promise it returns delays the sender's
   * receipt until it settles; a throw tells the sender `HANDLER_FAILED`. Returns its unsubscribe.
   */
  onMessage(handler: MessageHandler<Message>): () => void;
  /** Answers requests; one handler a channel. Returns its undo. @throws SwarmError `OPTION_INVALID` */
  onRequest(handler: RequestHandler<Message, Response>): () => void;
  /** Forgets the channel and its handlers; letters that come are answered `CHANNEL_UNKNOWN`. */
  close(): void;
}

/** Opens a channel. @throws SwarmError `CHANNEL_DUPLICATE`, `OPTION_INVALID` */
export function openChannel<Schema extends z.ZodType, Response extends z.ZodType>(
  rooms: ChannelRooms,
  o: ChannelOptions<Schema, Response>,
): Channel<z.output<Schema>, z.output<Response>> {
  const { name, schema, order = "sender", response } = o;
  if (order !== "sender" && order !== "none") {
    throw new SwarmError("OPTION_INVALID", `order is "sender" or "none", not ${String(order).slice(0, 40)}`, {
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

function checkAnswer(channel: OpenChannel, answer: unknown): unknown {
  const result = channel.response?.safeParse(answer);
  if (result?.success) return answer;
  throw new SwarmError("MESSAGE_INVALID", `the answer on channel ${channel.name} is not as its response schema has it`);
}

function checkPeer(rooms: ChannelRooms, to: PeerId): void {
  const path = { detail: { path: "to" } };
  // Whoever has letters already was checked then.
  if (rooms.outbox.correspondents.find(to) !== undefined) return;
  if (!isPeerId(to)) throw new SwarmError("PEER_ID_INVALID", `not a peer id: ${String(to).slice(0, 80)}`, path);
  if (to === rooms.self) throw new SwarmError("OPTION_INVALID", "a node does not write letters to itself", path);
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
    const { ttlMs, signal, spread } = checkOptions(rooms, o);
    const body = encodeBody(rooms, channel, message);
    signal?.throwIfAborted();
    const { name, ordered } = channel;
    const draft: LetterDraft = { to, channel: name, use: letterUse.message, body, ttlMs, ordered, spread };
    const letter: OutLetter = rooms.outbox.post(draft, (end) => {
      deaf?.();
      if (end.status === "failed") return reject(end.error);
      const elapsedMs = rooms.clock.now() - letter.writtenAt;
      resolve({ status: end.status, to, transport: end.transport, elapsedMs });
    });
    const deaf = signal && onAbort(signal, () => rooms.outbox.cancel(letter, signal.reason));
  });
}

/** Returns its undo. */
function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

async function sendRequest(
  rooms: ChannelRooms,
  channel: OpenChannel,
  to: PeerId,
  message: unknown,
  o: SendOptions = {},
): Promise<unknown> {
  checkPeer(rooms, to);
  const { response } = channel;
  if (response === undefined) {
    throw new SwarmError("OPTION_INVALID", `channel ${channel.name} was opened without a response schema`, {
      detail: { path: "response" },
    });
  }
  const { ttlMs, signal, spread } = checkOptions(rooms, o);
  const body = encodeBody(rooms, channel, message);
  signal?.throwIfAborted();
  const { outbox, requests } = rooms;
  const draft = { to, channel: channel.name, use: letterUse.request, body, ttlMs, spread };
  const letter: OutLetter = outbox.post(draft, (end) => {
    if (end.status === "failed") requests.fail(to, letter.seq, end.error);
  });
  const answer = requests.expect(to, letter.seq, ttlMs);
  const callOff = () => {
    outbox.cancel(letter, signal?.reason);
    requests.fail(to, letter.seq, signal?.reason);
    outbox.cancelRequest(to, letter.seq);
  };
  const deaf = signal && onAbort(signal, callOff);
  // The answer says that it was handled: whoever comes after its receiver is not to run it again.
  const answerCame = () => outbox.cancel(letter, undefined);
  answer.then(answerCame, () => undefined);
  const result = response.safeParse(await answer.finally(() => deaf?.()));
  if (result.success) return result.data;
  throw new SwarmError(
    "MESSAGE_INVALID",
    `the answer on channel ${channel.name} is not as its response schema has it`,
    {
      detail: { remote: true },
    },
  );
}

async function broadcastLetter(
  rooms: ChannelRooms,
  channel: OpenChannel,
  message: unknown,
  o: SendOptions = {},
): Promise<BroadcastReceipt> {
  const { ttlMs, signal } = checkOptions(rooms, o);
  const body = encodeBody(rooms, channel, message);
  signal?.throwIfAborted();
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

interface CheckedOptions {
  readonly ttlMs: number;
  readonly signal: AbortSignal | undefined;
  readonly spread: "race" | "all" | undefined;
}

function encodeBody(rooms: ChannelRooms, channel: OpenChannel, message: unknown): Uint8Array {
  const parsed = channel.schema.safeParse(message);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String).join(".") ?? "";
    throw new SwarmError(
      "MESSAGE_INVALID",
      `on channel ${channel.name}: ${path ? `${path}: ` : ""}${issue?.message ?? "not as the schema has it"}`,
      {
        detail: { path, issues: parsed.error.issues },
      },
    );
  }
  const body = encodeMessage(message);
  const { maxLetterBytes } = rooms.options;
  if (body.length > maxLetterBytes) {
    throw new SwarmError("LETTER_TOO_LARGE", `${body.length} bytes are over the cap of ${maxLetterBytes}`, {
      detail: { bytes: body.length, maxLetterBytes },
    });
  }
  return body;
}

function checkOptions(rooms: ChannelRooms, o: SendOptions): CheckedOptions {
  const ttlMs = o.ttlMs ?? rooms.options.ttlMs;
  if (!Number.isFinite(ttlMs) || ttlMs <= 0 || ttlMs > maxTtlMs) {
    throw new SwarmError("OPTION_INVALID", `ttlMs is more than 0 and at most ${maxTtlMs}, not ${String(ttlMs)}`, {
      detail: { path: "ttlMs" },
    });
  }
  if (o.signal !== undefined && !(o.signal instanceof AbortSignal)) {
    throw new SwarmError("OPTION_INVALID", "signal is an AbortSignal", { detail: { path: "signal" } });
  }
  const { delivery = "best" } = o;
  if (delivery !== "best" && delivery !== "race" && delivery !== "all") {
    throw new SwarmError(
      "OPTION_INVALID",
      `delivery is "best", "race" or "all", not ${String(delivery).slice(0, 40)}`,
      {
        detail: { path: "delivery" },
      },
    );
  }
  return { ttlMs: Math.ceil(ttlMs), signal: o.signal, spread: delivery === "best" ? undefined : delivery };
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

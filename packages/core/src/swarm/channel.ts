import type { z } from "zod";
import { SwarmError } from "../errors/index.ts";
import type { ChannelBook, MessageHandler, OpenChannel } from "../messaging/channel-book.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import { letterUse } from "../messaging/frame.ts";
import { type MessagingOptions, maxTtlMs } from "../messaging/limits.ts";
import { encodeMessage } from "../messaging/message-codec.ts";
import type { Settlement } from "../messaging/out-letter.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { BroadcastReceipt, Lane, Receipt, SendOptions } from "../ports/sync-channel.ts";
import { isPeerId } from "../security/peer-id.ts";

export interface ChannelRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly options: MessagingOptions;
  readonly outbox: Outbox;
  readonly book: ConnectionBook;
  readonly channels: ChannelBook;
}

/** A counter where letters of one kind are written and read. */
export interface Channel<Message> extends Lane<Message> {
  readonly name: string;
  /**
   * Calls `handler` for each message, once, in the order of arrival. A promise it returns delays the sender's
   * receipt until it settles; a throw tells the sender `HANDLER_FAILED`. Returns its unsubscribe.
   */
  onMessage(handler: MessageHandler<Message>): () => void;
  /** Forgets the channel and its handlers; letters that come are answered `CHANNEL_UNKNOWN`. */
  close(): void;
}

/** Opens a channel. @throws SwarmError `CHANNEL_DUPLICATE`, `OPTION_INVALID` */
export function openChannel<Schema extends z.ZodType>(
  rooms: ChannelRooms,
  name: string,
  schema: Schema,
): Channel<z.output<Schema>> {
  const open = rooms.channels.open(name, schema);
  return {
    name,
    send: (to, message, o) => sendLetter(rooms, open, to, message, o),
    broadcast: (message, o) => broadcastLetter(rooms, open, message, o),
    peers: () => rooms.book.peers(),
    onMessage: (handler) =>
      rooms.channels.addHandler(open, (message, from, context) => handler(accepted(open, message), from, context)),
    close: () => rooms.channels.close(open),
  };

  /** The inbox gives only what the schema's own parse gave. */
  function accepted(_: OpenChannel, message: unknown): z.output<Schema> {
    return message as z.output<Schema>;
  }
}

async function sendLetter(
  rooms: ChannelRooms,
  channel: OpenChannel,
  to: PeerId,
  message: unknown,
  o: SendOptions = {},
): Promise<Receipt> {
  if (!isPeerId(to))
    throw new SwarmError("PEER_ID_INVALID", `not a peer id: ${String(to).slice(0, 80)}`, { detail: { path: "to" } });
  if (to === rooms.self)
    throw new SwarmError("OPTION_INVALID", "a node does not write letters to itself", { detail: { path: "to" } });
  const { ttlMs, signal } = checkOptions(rooms, o);
  const body = encodeBody(rooms, channel, message);
  signal?.throwIfAborted();
  const startedAt = rooms.clock.now();
  const posted = rooms.outbox.post({ to, channel: channel.name, use: letterUse.message, body, ttlMs });
  return receiptOf(rooms, to, startedAt, await settledOf(posted, signal));
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
    try {
      const posted = rooms.outbox.post({
        to: peer,
        channel: channel.name,
        use: letterUse.message,
        body,
        ttlMs,
        instance: key,
        spread: true,
      });
      receiptOf(rooms, peer, 0, await settledOf(posted, signal));
      confirmed.add(peer);
    } catch (error) {
      failed.set(peer, error instanceof Error ? error : new SwarmError("LETTER_EXPIRED", String(error)));
    }
  });
  await Promise.all(copies);
  const failures = [...failed].filter(([peer]) => !confirmed.has(peer)).map(([peer, error]) => ({ peer, error }));
  return { confirmed: [...confirmed], failed: failures };
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

function checkOptions(
  rooms: ChannelRooms,
  o: SendOptions,
): { readonly ttlMs: number; readonly signal: AbortSignal | undefined } {
  const ttlMs = o.ttlMs ?? rooms.options.ttlMs;
  if (!Number.isFinite(ttlMs) || ttlMs <= 0 || ttlMs > maxTtlMs) {
    throw new SwarmError("OPTION_INVALID", `ttlMs is more than 0 and at most ${maxTtlMs}, not ${String(ttlMs)}`, {
      detail: { path: "ttlMs" },
    });
  }
  if (o.signal !== undefined && !(o.signal instanceof AbortSignal)) {
    throw new SwarmError("OPTION_INVALID", "signal is an AbortSignal", { detail: { path: "signal" } });
  }
  return { ttlMs: Math.ceil(ttlMs), signal: o.signal };
}

function settledOf(posted: ReturnType<Outbox["post"]>, signal: AbortSignal | undefined): Promise<Settlement> {
  if (signal === undefined) return posted.settled;
  const onAbort = () => posted.cancel(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  return posted.settled.finally(() => signal.removeEventListener("abort", onAbort));
}

function receiptOf(rooms: ChannelRooms, to: PeerId, startedAt: number, settlement: Settlement): Receipt {
  if (settlement.status === "failed") throw settlement.error;
  return { status: settlement.status, to, transport: settlement.transport, elapsedMs: rooms.clock.now() - startedAt };
}

import { describeError, quote, SwarmError } from "../errors/index.ts";
import { type ChannelBook, checkOpen, type OpenChannel } from "../messaging/channel-book.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import { checkLetterSize } from "../messaging/letter-size.ts";
import { type MessagingOptions, maxTtlMs } from "../messaging/limits.ts";
import { encodeMessage } from "../messaging/message-codec.ts";
import type { MessagePool } from "../messaging/message-pool.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { RequestDesk } from "../messaging/request-desk.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { SendOptions } from "../ports/sync-channel.ts";
import { isPeerId } from "../security/peer-id.ts";

export interface ChannelRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly options: MessagingOptions;
  readonly outbox: Outbox;
  readonly requests: RequestDesk;
  readonly book: ConnectionBook;
  readonly channels: ChannelBook;
  readonly pool: MessagePool;
  /** The node does not run, and nothing starts it. */
  readonly isStopped: () => boolean;
}

/** Refuses at the counter whom no letter can reach. @throws SwarmError `PEER_ID_INVALID`, `OPTION_INVALID` */
export function checkPeer(rooms: ChannelRooms, to: PeerId): void {
  const path = { detail: { path: "to" } };
  // Whoever has letters already was checked then.
  if (rooms.outbox.correspondents.find(to) !== undefined) return;
  if (!isPeerId(to)) throw new SwarmError("PEER_ID_INVALID", `not a peer id: ${quote(to)}`, path);
  if (to === rooms.self) throw new SwarmError("OPTION_INVALID", "a node does not write letters to itself", path);
}

export interface CheckedOptions {
  readonly ttlMs: number;
  readonly signal: AbortSignal | undefined;
  readonly spread: "race" | "all" | undefined;
  readonly onProgress: SendOptions["onProgress"];
}

/** The message as it travels. @throws SwarmError `MESSAGE_INVALID`, `LETTER_TOO_LARGE`, `CHANNEL_CLOSED` */
export function encodeBody(rooms: ChannelRooms, channel: OpenChannel, message: unknown): Uint8Array {
  checkOpen(channel);
  const parsed = parse(channel, message);
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
  const body = encodeMessage(message, rooms.pool);
  checkLetterSize(body, rooms.options);
  return body;
}

/** A schema that throws, or would wait, takes no message. */
function parse({ name, schema }: OpenChannel, message: unknown) {
  try {
    return schema.safeParse(message);
  } catch (cause) {
    const what = `on channel ${name}: its schema threw: ${describeError(cause)}`;
    throw new SwarmError("MESSAGE_INVALID", what, {
      cause,
      cure: "Correct the schema: it checks at once, and never throws.",
    });
  }
}

/** @throws SwarmError `OPTION_INVALID` with the option's path */
export function checkOptions(rooms: ChannelRooms, o: SendOptions): CheckedOptions {
  const given = readOptions(o);
  const { signal, delivery = "best", onProgress } = given;
  const ttlMs = given.ttlMs ?? rooms.options.ttlMs;
  if (!Number.isFinite(ttlMs) || ttlMs <= 0 || ttlMs > maxTtlMs) {
    throw new SwarmError("OPTION_INVALID", `ttlMs is more than 0 and at most ${maxTtlMs}, not ${quote(ttlMs)}`, {
      detail: { path: "ttlMs" },
    });
  }
  checkSignal(signal);
  if (delivery !== "best" && delivery !== "race" && delivery !== "all") {
    throw new SwarmError("OPTION_INVALID", `delivery is "best", "race" or "all", not ${quote(delivery)}`, {
      detail: { path: "delivery" },
    });
  }
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new SwarmError("OPTION_INVALID", "onProgress is a function", { detail: { path: "onProgress" } });
  return { ttlMs: Math.ceil(ttlMs), signal, spread: delivery === "best" ? undefined : delivery, onProgress };
}

/** A copy, for what is read twice may be two things. @throws SwarmError `OPTION_INVALID` */
export function readOptions<Options extends object>(o: Options): Options {
  try {
    if (typeof o === "object" && o !== null) return { ...o };
  } catch {}
  throw new SwarmError("OPTION_INVALID", "options are an object that can be read");
}

/** @throws SwarmError `OPTION_INVALID` */
export function checkSignal(signal: unknown): void {
  try {
    if (signal === undefined || (signal instanceof AbortSignal && typeof signal.aborted === "boolean")) return;
  } catch {}
  throw new SwarmError("OPTION_INVALID", "signal is an AbortSignal", { detail: { path: "signal" } });
}

/** Returns its undo. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

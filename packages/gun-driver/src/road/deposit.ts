import { type Clock, deadline, describeError, type PeerId, SwarmError } from "@swarm-space/core";
import type { GunClient } from "../client.ts";
import { errorTable } from "../error-table.ts";
import type { IdSource } from "../id-source.ts";
import { RelayRefusal } from "../pending-keeps.ts";
import { encodeLetterValue, maxLetterBytes } from "./letter-value.ts";
import type { Topics } from "./topics.ts";

export interface DepositParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly client: GunClient;
  readonly topics: Topics;
  /** How long a relay may take to say that it keeps a letter, in milliseconds. */
  readonly depositTimeoutMs: number;
}

export interface Deposit {
  readonly to: PeerId;
  readonly letter: Uint8Array;
  readonly ttlMs: number;
  /** A letter of this name that was left before gives way. */
  readonly name: string | undefined;
}

/** What one relay said. */
interface Said {
  readonly relay: string;
  readonly reason: "KEPT" | "SILENT" | "AWAY" | (string & {});
  readonly detail: string;
}

const isName = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Leaves a letter at every relay that is linked; resolves when one says that it keeps it.
 * @throws SwarmError `TRANSPORT_UNAVAILABLE`, `MAILBOX_REFUSED`, `MAILBOX_SILENT`, `LETTER_TOO_LARGE`, `OPTION_INVALID`
 */
export async function deposit(parts: DepositParts, what: Deposit, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { clock, client, ids, topics } = parts;
  check(what);
  const soul = await topics.mailboxOf(what.to);
  signal.throwIfAborted();
  const relays = client.relays().flatMap(({ url, up }) => (up ? [url] : []));
  if (relays.length === 0) throw unavailable(client);
  const value = encodeLetterValue(what.letter, clock.wall() + what.ttlMs);
  // A name is put again, so its state must rise; seconds do, and lie behind every relay's clock in milliseconds.
  const item =
    what.name === undefined
      ? { key: ids.next(), value, state: 1 }
      : { key: what.name, value, state: Math.floor(clock.wall() / 1_000) };
  const said = relays.map((relay) => leave(parts, relay, soul, item, signal));
  await anyKept(said);
  signal.throwIfAborted();
}

/** Resolves with the first that keeps it; throws when all have said that they do not. */
async function anyKept(all: readonly Promise<Said>[]): Promise<void> {
  const first = Promise.withResolvers<true>();
  for (const one of all) void one.then(({ reason }) => reason === "KEPT" && first.resolve(true));
  const outcome = await Promise.race([first.promise, Promise.all(all)]);
  if (outcome === true || outcome.some(({ reason }) => reason === "KEPT")) return;
  const detail = { relays: outcome };
  const words = outcome.map(({ relay, detail: why }) => `${relay}: ${why}`).join("; ");
  if (outcome.some(({ reason }) => reason !== "SILENT" && reason !== "AWAY")) {
    throw new SwarmError("MAILBOX_REFUSED", `No relay keeps the letter: ${words}`, {
      detail,
      cure: errorTable.MAILBOX_REFUSED,
    });
  }
  if (outcome.every(({ reason }) => reason === "AWAY")) {
    throw new SwarmError("TRANSPORT_UNAVAILABLE", `No relay to leave a letter at: ${words}`, { detail });
  }
  throw new SwarmError("MAILBOX_SILENT", `No relay says that it keeps the letter: ${words}`, {
    detail,
    cure: errorTable.MAILBOX_SILENT,
  });
}

/** Never rejects. */
async function leave(
  { clock, client, depositTimeoutMs }: DepositParts,
  relay: string,
  soul: string,
  item: Parameters<GunClient["keep"]>[2],
  signal: AbortSignal,
): Promise<Said> {
  const late = deadline(signal, clock, depositTimeoutMs);
  try {
    await client.keep(relay, soul, item, { signal: late.signal });
    return { relay, reason: "KEPT", detail: "kept" };
  } catch (error) {
    if (error instanceof RelayRefusal) return { relay, reason: error.reason, detail: error.reason };
    if (late.signal.aborted && !signal.aborted)
      return { relay, reason: "SILENT", detail: `no answer within ${depositTimeoutMs} ms` };
    return { relay, reason: "AWAY", detail: describeError(error) };
  } finally {
    late[Symbol.dispose]();
  }
}

function check({ to, letter, ttlMs, name }: Deposit): void {
  const wrong = (path: string, expected: string) =>
    new SwarmError("OPTION_INVALID", `${path} is not ${expected}`, { detail: { path, expected } });
  if (typeof to !== "string" || !/^[a-z2-7]{52}$/.test(to)) throw wrong("to", "a peer id");
  if (!(letter instanceof Uint8Array) || letter.length === 0) throw wrong("letter", "a letter");
  if (typeof ttlMs !== "number" || !(ttlMs > 0 && ttlMs < Number.POSITIVE_INFINITY)) throw wrong("ttlMs", "a time");
  if (name !== undefined && !isName.test(name)) throw wrong("name", "8 to 64 of A-Z a-z 0-9 _ -");
  if (letter.length > maxLetterBytes) {
    const what = `A letter of ${letter.length} bytes is too large for a mailbox: ${maxLetterBytes} at most`;
    throw new SwarmError("LETTER_TOO_LARGE", what, { detail: { bytes: letter.length, maxLetterBytes } });
  }
}

function unavailable(client: GunClient): SwarmError {
  const relays = client.relays();
  const why = relays.map(({ url, lastError }) => `${url}: ${lastError ?? "not linked"}`).join("; ") || "none is named";
  return new SwarmError("TRANSPORT_UNAVAILABLE", `No relay to leave a letter at: ${why}`);
}

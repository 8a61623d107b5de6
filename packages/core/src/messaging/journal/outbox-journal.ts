import { decode, encode } from "cborg";
import type { Clock } from "../../ports/clock.ts";
import type { Instance, PeerId } from "../../ports/identity.ts";
import type { Store } from "../../ports/store.ts";
import { isPeerId } from "../../security/peer-id.ts";
import { isChannelName } from "../frame.ts";
import { maxTtlMs } from "../limits.ts";
import type { OutLetter } from "../out-letter.ts";
import { WriteBehind } from "./write-behind.ts";

/** A letter that an earlier run left. */
export interface KeptLetter {
  readonly seq: number;
  readonly channel: string;
  readonly body: Uint8Array;
  /** What is left of its time to live, in milliseconds. */
  readonly ttlMs: number;
  readonly ordered: boolean;
}

/** Everything kept for one peer. */
export interface KeptCorrespondent {
  readonly peer: PeerId;
  /** No sequence from here on was ever sent. */
  readonly next: number;
  /** In order of sequence. Those from `next` on were posted, and never sent. */
  readonly letters: readonly KeptLetter[];
}

/** What of the outbox outlives the process. */
export interface OutboxJournal {
  /** Under which instance the sequences began: kept by a durable store, else this run's own. */
  load(fresh: Instance): Promise<{ readonly origin: Instance; readonly kept: readonly KeptCorrespondent[] }>;
  /** Promises that sequences below the bound may be used. Undefined: no bound is needed. */
  reserve(peer: PeerId, bound: number): Promise<void> | undefined;
  /** @param refused called where the store did not take it, so that it would not outlive this process */
  keep(letter: OutLetter, refused: (error: unknown) => void): void;
  forget(letter: OutLetter): void;
  flush(): Promise<void>;
}

/** Without a durable store nothing is kept. */
export function forgetfulOutbox(): OutboxJournal {
  return {
    load: async (origin) => ({ origin, kept: [] }),
    reserve: () => undefined,
    keep: () => {},
    forget: () => {},
    flush: async () => {},
  };
}

const namespace = "outbox";
const originKey = "origin";
/** Far from where adding one is no longer exact. */
const maxSequence = 2 ** 52;

/** Keeps unsettled letters, the bound of each sequence, and the origin in `store`. */
export function storedOutbox(store: Store, clock: Clock, onFailed: (error: unknown) => void): OutboxJournal {
  const letters = new WriteBehind(store, clock, namespace, onFailed);
  const space = () => store.namespace(namespace);
  return {
    async load(fresh) {
      let origin = readOrigin(await space().get(originKey)) ?? fresh;
      const peers = new Map<PeerId, { next: number; letters: KeptLetter[] }>();
      const of = (peer: PeerId) => {
        const row = peers.get(peer) ?? { next: 1, letters: [] };
        peers.set(peer, row);
        return row;
      };
      for await (const [key, value] of space().range({ gte: "n/", lt: "n0" })) {
        const next = readCount(value);
        if (next !== undefined) of(key.slice(2)).next = next;
        // Which sequences the old origin used is not known, so another begins: a double is better than a loss.
        else origin = fresh;
      }
      for await (const [key, value] of space().range({ gte: "l/", lt: "l0" })) {
        const [, peer = "", seq = ""] = key.split("/");
        const kept = readLetter(Number.parseInt(seq, 10), value, clock.wall());
        letters.found(key);
        if (kept === undefined || !isPeerId(peer)) letters.delete(key);
        else of(peer).letters.push(kept);
      }
      if (origin === fresh)
        await store.batch([{ type: "put", namespace, key: originKey, value: encode([fresh.epoch, fresh.nonce]) }], {
          durable: true,
        });
      return { origin, kept: [...peers].filter(([peer]) => isPeerId(peer)).map(([peer, row]) => ({ peer, ...row })) };
    },
    reserve: (peer, bound) =>
      store.batch([{ type: "put", namespace, key: `n/${peer}`, value: encode(bound) }], { durable: true }),
    keep: ({ seq, draft, deadline }, refused) => {
      const expiresAt = Math.round(clock.wall() + (deadline - clock.now()));
      const row = [draft.channel, expiresAt, draft.ttlMs, draft.body, draft.ordered === true];
      letters.put(letterKey(draft.to, seq), encode(row), refused);
    },
    forget: ({ seq, draft }) => letters.delete(letterKey(draft.to, seq)),
    flush: () => letters.flush(),
  };
}

function letterKey(peer: PeerId, seq: number): string {
  return `l/${peer}/${String(seq).padStart(16, "0")}`;
}

function readLetter(seq: number, value: Uint8Array, wall: number): KeptLetter | undefined {
  const list = read(value);
  if (!Array.isArray(list) || !isSequence(seq)) return undefined;
  const [channel, expiresAt, ttlMs, body, ordered] = list;
  if (
    !isChannelName(channel) ||
    !Number.isFinite(expiresAt) ||
    !Number.isFinite(ttlMs) ||
    ttlMs > maxTtlMs ||
    !(body instanceof Uint8Array)
  )
    return undefined;
  // A wall clock set back must not make a letter live longer than it was to.
  // Whole, as the wire has it, whatever the clock's grain.
  const left = Math.min(Math.ceil(expiresAt - wall), ttlMs);
  return left > 0 ? { seq, channel, body, ttlMs: left, ordered: ordered === true } : undefined;
}

function readOrigin(value: Uint8Array | undefined): Instance | undefined {
  const list = value === undefined ? undefined : read(value);
  if (!Array.isArray(list)) return undefined;
  const [epoch, nonce] = list;
  return Number.isSafeInteger(epoch) && typeof nonce === "string" && /^[0-9a-f]{16}$/.test(nonce)
    ? { epoch, nonce }
    : undefined;
}

function readCount(value: Uint8Array): number | undefined {
  const count = read(value);
  return isSequence(count) ? count : undefined;
}

function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value < maxSequence;
}

function read(value: Uint8Array): unknown {
  try {
    return decode(value);
  } catch {
    return undefined;
  }
}

import type { SignalOptions } from "./transport.ts";

/** One write of a batch. */
export type StoreOperation =
  | { readonly type: "put"; readonly namespace: string; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "delete"; readonly namespace: string; readonly key: string };

/**
 * Which keys, in the order of JavaScript's `<` on strings (UTF-16 code units), also where the medium sorts otherwise.
 * Absent bounds are open.
 */
export interface StoreRange {
  /** The first key wanted, itself included. */
  readonly gte?: string;
  /** Where to end, itself excluded. */
  readonly lt?: string;
  /** At most so many entries. 0 gives none. */
  readonly limit?: number;
  /** From the last key to the first; `limit` then takes the last ones. */
  readonly reverse?: boolean;
}

/**
 * One named part of a store. A name is 1 to 64 of `A-Z a-z 0-9 _ . : / -`; a key is any string up to 1,024 code units,
 * the empty one and lone surrogates included. Values are copied on their way in and out: nobody shares an array with the store.
 */
export interface StoreNamespace {
  /** A plain `Uint8Array`, or undefined where nothing is. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** A batch of one, not awaited to the medium. What resolved can be read at once. */
  put(key: string, value: Uint8Array): Promise<void>;
  /** Deleting what is not there is harmless. */
  delete(key: string): Promise<void>;
  /**
   * Every entry that stands in the range from begin to end, once and in order. One that is written or deleted meanwhile
   * may be seen or not: long ranges are read in pages, not from one snapshot; one of up to 16 entries and 64 KiB never shows half
   * a batch. Leaving the loop early frees everything.
   */
  range(range?: StoreRange): AsyncIterable<readonly [key: string, value: Uint8Array]>;
}

/**
 * Keeps bytes for outbox, ledger, peer book, scores and chain. Writes take effect in the order of the calls; within a batch
 * too, so the last one on a key wins. Used before `open` has ended, calls wait for it.
 * @throws SwarmError `OPTION_INVALID` (a wrong name, key, value, range), `STORE_FULL` (reads go on; writes again once there
 *   is room), `STORE_FAILED`, `STORE_CORRUPT` (bytes that are not what was written are never given out), `STORE_BUSY`
 *   (too many writes wait), `STORE_CLOSED`
 */
export interface Store {
  /** What is written is still there after a crash of this process. */
  readonly durable: boolean;
  /**
   * Opened by the kernel first, before the rooms that use it. Twice is harmless; after a failure or a `close` it may be
   * called again and finds what was kept. Aborted: rejects with the signal's reason, nothing half-open. A store without
   * this member is open from the beginning.
   * @throws SwarmError `STORE_LOCKED` (another process has it), `STORE_NEWER` (a newer version wrote it), `STORE_CORRUPT`,
   *   `STORE_FULL`, `STORE_FAILED`
   */
  open?(o: SignalOptions): Promise<void>;
  /** Cheap and synchronous: names a part, makes nothing yet. */
  namespace(name: string): StoreNamespace;
  /**
   * All or nothing, across namespaces, also when the process dies meanwhile. `durable: true` resolves after the medium has
   * it (fsync). Rejected: nothing of it can be read; after a reopening it is there whole or not at all.
   */
  batch(operations: readonly StoreOperation[], o: { readonly durable: boolean }): Promise<void>;
  /** Ends what was begun and keeps it, then lets go of the medium; later calls reject with `STORE_CLOSED`. Twice is harmless. */
  close(): Promise<void>;
}

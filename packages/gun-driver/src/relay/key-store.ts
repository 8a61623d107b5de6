import { getOrMake } from "./map-of.ts";

/** How long and how much of a soul is kept. */
export interface Retention {
  /** Milliseconds from the last put of a key. */
  readonly ttlMs: number;
  readonly maxKeys: number;
}

export interface KeyStoreOptions {
  readonly retentionOf: (soul: string) => Retention;
  /** How long a tombstone is kept, so that a late repeat does not bring its key back. */
  readonly tombstoneTtlMs: number;
  readonly maxBytes: number;
  readonly maxKeys: number;
  /** Takes a key out of the graph; `last`: the soul has no other. */
  readonly forget: (soul: string, key: string, last: boolean) => void;
}

interface Entry {
  readonly soul: string;
  readonly key: string;
  readonly bytes: number;
  readonly expiresAt: number;
  readonly queue: Map<Entry, true>;
}

/** What an entry costs beside its text. */
const entryOverhead = 96;

/**
 * Says what leaves a relay's graph and when: keys past their time, the oldest of a soul beyond its count, the
 * oldest of all beyond the total. Keys of one time to live lie in one queue, oldest first.
 */
export class KeyStore {
  readonly #options: KeyStoreOptions;
  readonly #souls = new Map<string, Map<string, Entry>>();
  readonly #queues = new Map<number, Map<Entry, true>>();
  #bytes = 0;
  #keys = 0;
  #evicted = 0;

  constructor(options: KeyStoreOptions) {
    this.#options = options;
  }

  get counts(): { readonly souls: number; readonly keys: number; readonly bytes: number; readonly evicted: number } {
    return { souls: this.#souls.size, keys: this.#keys, bytes: this.#bytes, evicted: this.#evicted };
  }

  /** Notes a put. */
  note(soul: string, key: string, value: string | null, nowMs: number): void {
    this.#remove(this.#souls.get(soul)?.get(key));
    const { retentionOf, tombstoneTtlMs, maxBytes, maxKeys } = this.#options;
    const retention = retentionOf(soul);
    const ttlMs = value === null ? Math.min(tombstoneTtlMs, retention.ttlMs) : retention.ttlMs;
    const queue = getOrMake(this.#queues, ttlMs, () => new Map<Entry, true>());
    const bytes = soul.length + key.length + (value?.length ?? 0) + entryOverhead;
    const entry: Entry = { soul, key, bytes, expiresAt: nowMs + ttlMs, queue };
    const keys = getOrMake(this.#souls, soul, () => new Map<string, Entry>());
    keys.set(key, entry);
    queue.set(entry, true);
    this.#bytes += bytes;
    this.#keys += 1;
    while (keys.size > retention.maxKeys) this.#evict(keys.values().next().value);
    while (this.#bytes > maxBytes || this.#keys > maxKeys) this.#evict(this.#oldest());
  }

  /** Drops what is past its time, at most `limit` keys. @returns whether any key is left */
  sweep(nowMs: number, limit: number): boolean {
    let room = limit;
    for (const [ttlMs, queue] of this.#queues) {
      for (const entry of queue.keys()) {
        if (entry.expiresAt > nowMs || room === 0) break;
        room -= 1;
        this.#drop(entry);
      }
      if (queue.size === 0) this.#queues.delete(ttlMs);
    }
    return this.#keys > 0;
  }

  has(soul: string): boolean {
    return this.#souls.has(soul);
  }

  /** Counts a key no longer; it stays in the graph, where somebody else sees to it. */
  release(soul: string, key: string): void {
    this.#remove(this.#souls.get(soul)?.get(key));
  }

  #oldest(): Entry | undefined {
    let oldest: Entry | undefined;
    for (const queue of this.#queues.values()) {
      const first = queue.keys().next().value;
      if (first && (!oldest || first.expiresAt < oldest.expiresAt)) oldest = first;
    }
    return oldest;
  }

  #evict(entry: Entry | undefined): void {
    if (!entry) return;
    this.#evicted += 1;
    this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#remove(entry);
    this.#options.forget(entry.soul, entry.key, !this.#souls.has(entry.soul));
  }

  #remove(entry: Entry | undefined): void {
    if (!entry?.queue.delete(entry)) return;
    const keys = this.#souls.get(entry.soul);
    keys?.delete(entry.key);
    if (keys?.size === 0) this.#souls.delete(entry.soul);
    this.#bytes -= entry.bytes;
    this.#keys -= 1;
  }
}

import type { StoreOperation } from "@swarm-space/core";
import type { SeededRandom } from "../random/seeded-random.ts";

/** How a process ends. `kill`: the system lives and keeps what was written. `power`: what was not synced is at its mercy. */
export type CrashKind = "kill" | "power";

/** What became of a disk's records in its crashes. */
export interface DiskCounters {
  synced: number;
  /** Records that had not been synced and are gone. */
  lost: number;
  /** Records of which half was there: recovery leaves them out. */
  torn: number;
  /** Writes refused because the disk was full. */
  refused: number;
}

type Content = Map<string, Map<string, Uint8Array>>;

/**
 * What of a node outlives its process: a log of batches. Each is written at once and safe only after a sync; a power cut keeps
 * some prefix of the rest, and may tear the record after it. Recovery keeps whole records alone, as a checksum would make it.
 */
export class VirtualDisk {
  readonly counters: DiskCounters = { synced: 0, lost: 0, torn: 0, refused: 0 };
  /** Puts are refused while it is set. */
  full = false;
  readonly #random: SeededRandom;
  /** What a power cut at this moment would surely leave. */
  readonly #safe: Content = new Map();
  /** What a reader sees. */
  #seen: Content = new Map();
  #unsynced: (readonly StoreOperation[])[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Records that a power cut could lose. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  part(namespace: string): ReadonlyMap<string, Uint8Array> {
    return this.#seen.get(namespace) ?? new Map();
  }

  /** A power cut now would not lose it. */
  isSafe(namespace: string, key: string): boolean {
    return this.#safe.get(namespace)?.has(key) ?? false;
  }

  append(operations: readonly StoreOperation[]): void {
    this.#unsynced.push(operations);
    apply(this.#seen, operations);
  }

  sync(): void {
    this.counters.synced += this.#unsynced.length;
    for (const record of this.#unsynced) apply(this.#safe, record);
    this.#unsynced = [];
  }

  crash(kind: CrashKind): void {
    if (kind === "power") {
      const kept = this.#random.integer(this.#unsynced.length + 1);
      const lost = this.#unsynced.length - kept;
      this.counters.lost += lost;
      if (lost > 0 && this.#random.chance(0.5)) this.counters.torn++;
      this.#unsynced = this.#unsynced.slice(0, kept);
    }
    this.sync();
    this.#seen = new Map([...this.#safe].map(([name, part]) => [name, new Map(part)]));
  }
}

function apply(content: Content, operations: readonly StoreOperation[]): void {
  for (const operation of operations) {
    const part = content.get(operation.namespace) ?? new Map<string, Uint8Array>();
    content.set(operation.namespace, part);
    if (operation.type === "put") part.set(operation.key, operation.value);
    else part.delete(operation.key);
  }
}

/**
 * A map with a cap. Each entry has a rank; beyond the cap the lowest rank goes first, and within it the oldest.
 * It evicts a sixty-fourth at a time: a JavaScript map scans the holes at its front, so one at a time would be quadratic.
 */
export class BoundedMap<Value> {
  readonly #cap: number;
  readonly #ranks: readonly Map<string, Value>[];

  /** @param cap entries at most; Infinity for none */
  constructor(cap: number, ranks: number) {
    this.#cap = cap;
    this.#ranks = Array.from({ length: ranks }, () => new Map<string, Value>());
  }

  get size(): number {
    let size = 0;
    for (const map of this.#ranks) size += map.size;
    return size;
  }

  get(key: string): Value | undefined {
    for (const map of this.#ranks) {
      const value = map.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Sets or moves. Becomes the youngest of its rank unless it stood there already. */
  put(key: string, value: Value, rank = 0): void {
    const home = this.#ranks[rank];
    if (home === undefined) return;
    for (const map of this.#ranks) if (map !== home) map.delete(key);
    const fresh = !home.has(key);
    if (fresh && this.size >= this.#cap) this.#evict();
    home.set(key, value);
  }

  *values(): Iterable<Value> {
    for (const map of this.#ranks) yield* map.values();
  }

  *entries(): Iterable<readonly [string, Value]> {
    for (const map of this.#ranks) yield* map;
  }

  #evict(): void {
    let left = Math.max(1, this.#cap >> 6);
    for (const map of this.#ranks) {
      for (const key of map.keys()) {
        if (left-- <= 0) return;
        map.delete(key);
      }
    }
  }
}

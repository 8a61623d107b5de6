/** A key of an inbox and the state it was last put with. */
export interface PooledKey {
  readonly key: string;
  readonly state: number;
}

/**
 * Keys of one connection. One whose packet was acknowledged carries the next packet, with the next state: so a relay
 * keeps few keys, and none need be ended while letters flow. Last in, first out: what lies below is spare.
 */
export class KeyPool {
  readonly #make: () => string;
  /** States of keys that are out. */
  readonly #out = new Map<string, number>();
  readonly #free: PooledKey[] = [];
  /** Fewest that were free since `spare` was asked. */
  #least = 0;

  constructor(make: () => string) {
    this.#make = make;
  }

  /** A key for the next packet. */
  take(): PooledKey {
    const known = this.#free.pop();
    this.#least = Math.min(this.#least, this.#free.length);
    const taken = known === undefined ? { key: this.#make(), state: 1 } : { key: known.key, state: known.state + 1 };
    this.#out.set(taken.key, taken.state);
    return taken;
  }

  /** These have done their work. Unknown ones are passed over. */
  give(keys: readonly string[]): void {
    for (const key of keys) {
      const state = this.#out.get(key);
      if (state === undefined) continue;
      this.#out.delete(key);
      this.#free.push({ key, state });
    }
  }

  /** Takes out those that nobody needed since it was asked last. */
  spare(): readonly PooledKey[] {
    const spare = this.#free.splice(0, this.#least);
    this.#least = this.#free.length;
    return spare;
  }

  /** Takes out all that are free. */
  drain(): readonly PooledKey[] {
    this.#least = 0;
    return this.#free.splice(0);
  }

  /** Whether some are free. */
  get idle(): boolean {
    return this.#free.length > 0;
  }
}

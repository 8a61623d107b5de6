/** Remembers at least the last `capacity` keys and at most twice as many: two generations, the older dropped whole. */
export class SeenSet {
  readonly #capacity: number;
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set<string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** @returns whether the key is new */
  add(key: string): boolean {
    if (this.#young.has(key) || this.#old.has(key)) return false;
    this.#young.add(key);
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return true;
  }
}

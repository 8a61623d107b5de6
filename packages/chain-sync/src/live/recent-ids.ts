import type { Hash } from "../model/hex.ts";

/** Ids seen lately, the oldest forgotten first. */
export class RecentIds {
  readonly #ids = new Set<Hash>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(id: Hash): boolean {
    return this.#ids.has(id);
  }

  /** True where it is new. */
  add(id: Hash): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#most) break;
      this.#ids.delete(oldest);
    }
    return true;
  }

  delete(id: Hash): void {
    this.#ids.delete(id);
  }
}

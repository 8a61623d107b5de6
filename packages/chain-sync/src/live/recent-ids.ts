import type { Hash } from "../model/hex.ts";

/** Ids seen lately, the oldest forgotten first. */
export class RecentIds {
  readonly #ids = new Set<Hash>();
  /** Stands behind the last that went. One that began at the front would each time pass the gaps that all before it left. */
  readonly #oldest = this.#ids.values();
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
    if (this.#ids.size > this.#most) this.#ids.delete(this.#oldest.next().value ?? id);
    return true;
  }

  delete(id: Hash): void {
    this.#ids.delete(id);
  }
}

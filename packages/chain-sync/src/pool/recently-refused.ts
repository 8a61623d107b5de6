import type { FullId } from "../model/hex.ts";

const mostRefused = 32_768;

/**
 * What was refused a while ago, so that its tenth copy costs nothing. By full id: a copy with a bad signature says nothing of
 * the good one. The longest unasked-for goes first.
 */
export class RecentlyRefused {
  readonly #until = new Map<FullId, number>();

  /** @param until monotonic ms; Infinity for what can never become good */
  add(id: FullId, until: number): void {
    this.#until.delete(id);
    this.#until.set(id, until);
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= mostRefused) break;
      this.#until.delete(oldest);
    }
  }

  /** What was refused for the state may be admitted by the next one. */
  forgetPassing(): void {
    for (const [id, until] of this.#until) if (until !== Number.POSITIVE_INFINITY) this.#until.delete(id);
  }

  has(id: FullId, now: number): boolean {
    const until = this.#until.get(id);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(id);
    return false;
  }
}

/** So many at once, and so many a second: a token bucket. Pure: time is handed in. */
export class Allowance {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(o: { readonly burst: number; readonly perSecond: number }, now: number) {
    this.#burst = o.burst;
    this.#perSecond = o.perSecond;
    this.#left = o.burst;
    this.#at = now;
  }

  /** Whether one more is within bounds; it counts then. */
  take(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

const minuteMs = 60_000;

/** Counts what is harmless a few times, and tells when there was too much of it. Pure: time is handed in. */
export class MinuteCount {
  readonly #most: number;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns how many times these made the measure of a minute full */
  add(count: number, now: number): number {
    if (now - this.#since >= minuteMs) {
      this.#since = now;
      this.#count = 0;
    }
    const before = this.#measures();
    this.#count += count;
    return this.#measures() - before;
  }

  #measures(): number {
    return Math.floor(Math.max(0, this.#count - 1) / this.#most);
  }
}

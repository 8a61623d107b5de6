/** How much a bucket holds and how fast it fills. */
export interface BucketSize {
  readonly capacity: number;
  readonly perSecond: number;
}

/**
 * A token bucket on the monotonic clock. It may be overdrawn down to one capacity below nothing,
 * so that what was already received is still counted.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  #level: number;
  #at: number;

  constructor(size: BucketSize, now: number, level = size.capacity) {
    this.#size = size;
    this.#level = level;
    this.#at = now;
  }

  level(now: number): number {
    if (now > this.#at) {
      this.#level = Math.min(this.#size.capacity, this.#level + ((now - this.#at) * this.#size.perSecond) / 1000);
      this.#at = now;
    }
    return this.#level;
  }

  /** Takes tokens where that many are there. */
  take(tokens: number, now: number): boolean {
    if (this.level(now) < tokens) return false;
    this.#level -= tokens;
    return true;
  }

  /** Takes tokens in any case. Returns what is left, negative where it was overdrawn. */
  charge(tokens: number, now: number): number {
    this.#level = Math.max(-this.#size.capacity, this.level(now) - tokens);
    return this.#level;
  }

  /** How long until nothing of it is overdrawn, in milliseconds; 0: nothing is. */
  debtMs(now: number): number {
    return Math.max(0, (-this.level(now) * 1000) / this.#size.perSecond);
  }

  credit(tokens: number): void {
    this.#level = Math.min(this.#size.capacity, this.#level + tokens);
  }
}

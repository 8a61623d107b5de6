import type { Clock } from "../ports/clock.ts";
import type { SignalOptions } from "../ports/transport.ts";
import { type BucketSize, TokenBucket } from "./token-bucket.ts";

export interface TurnstileSizes {
  /** From one turn to the next, at least, in milliseconds. */
  readonly gapMs: number;
  /** How many turns may come to nothing. One that led to something is given back. */
  readonly turns: BucketSize;
}

/**
 * Lets through one at a time, in the order they came, and few that come to nothing. What waits costs nothing; whoever gives up
 * leaves its place to the next. After a pause of the process still one goes at a time.
 */
export class Turnstile {
  readonly #clock: Clock;
  readonly #sizes: TurnstileSizes;
  readonly #bucket: TokenBucket;
  /** Those who wait, each as what lets it through. */
  readonly #queue = new Set<() => void>();
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(clock: Clock, sizes: TurnstileSizes) {
    this.#clock = clock;
    this.#sizes = sizes;
    this.#bucket = new TokenBucket(sizes.turns, clock.now());
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Resolves when it is the caller's turn. Rejects only with the signal's reason. */
  pass({ signal }: SignalOptions): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#queue.delete(go);
        this.#turn();
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#queue.add(go);
      this.#turn();
    });
  }

  /** Gives a turn back. */
  credit(): void {
    this.#bucket.credit(1);
    this.#turn();
  }

  /** Lets the first through where it may go, and waits for the next: with one timer while somebody waits, with none else. */
  #turn(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const [first] = this.#queue;
    if (first === undefined) return;
    const now = this.#clock.now();
    const waitMs = this.#waitMs(now);
    if (waitMs > 0) {
      this.#timer = this.#clock.timer(waitMs, () => this.#turn());
      return;
    }
    this.#queue.delete(first);
    this.#bucket.charge(1, now);
    this.#lastAt = now;
    first();
    this.#turn();
  }

  #waitMs(now: number): number {
    const { gapMs, turns } = this.#sizes;
    const missing = 1 - this.#bucket.level(now);
    return Math.max(this.#lastAt + gapMs - now, missing > 1e-6 ? Math.ceil((missing / turns.perSecond) * 1000) : 0);
  }
}

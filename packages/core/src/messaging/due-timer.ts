import type { Clock } from "../ports/clock.ts";

/** Deadlines closer together than this share one firing. */
const grainMs = 25;

/** One timer for many deadlines: fires at the earliest one it was told. */
export class DueTimer {
  readonly #clock: Clock;
  readonly #onDue: (lateMs: number) => void;
  #timer: Disposable | undefined;
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: (lateMs: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Something is due at `at` (monotonic ms). */
  by(at: number): void {
    if (at + grainMs >= this.#at) return;
    this.#timer?.[Symbol.dispose]();
    this.#at = at + grainMs;
    this.#timer = this.#clock.timer(Math.max(0, this.#at - this.#clock.now()), () => this.#fire());
  }

  cancel(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#at = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    const lateMs = this.#clock.now() - this.#at;
    this.#timer = undefined;
    this.#at = Number.POSITIVE_INFINITY;
    this.#onDue(lateMs);
  }
}

import type { Clock } from "./clock.ts";

/** Every timer of one Gun instance, so that all end together. */
export class TimerShelf {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #running = new Set<Disposable>();
  #ended = false;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  get size(): number {
    return this.#running.size;
  }

  /** As `setTimeout`. What `fn` throws goes to `onError`, never further. */
  start(fn: () => void, delayMs: number): Disposable | undefined {
    if (this.#ended) return undefined;
    const timer = this.#clock.timer(delayMs, () => {
      this.#running.delete(timer);
      try {
        fn();
      } catch (error) {
        this.#onError(error);
      }
    });
    this.#running.add(timer);
    return timer;
  }

  /** As `clearTimeout`: what is no running timer is passed over. */
  stop(timer: Disposable | undefined): void {
    if (timer !== undefined && this.#running.delete(timer)) timer[Symbol.dispose]();
  }

  end(): void {
    this.#ended = true;
    for (const timer of this.#running) timer[Symbol.dispose]();
    this.#running.clear();
  }
}

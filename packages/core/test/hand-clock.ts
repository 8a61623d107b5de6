import type { Clock } from "../src/ports/clock.ts";

/** A clock that a test turns by hand. Timers fire in order of their time. */
export class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; fn: () => void }>();

  now(): number {
    return this.#now;
  }
  wall(): number {
    return this.#now;
  }
  timer(delayMs: number, fn: () => void): Disposable {
    const timer = { at: this.#now + delayMs, fn };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }
  get pending(): number {
    return this.#timers.size;
  }
  /** Time passes and nothing runs, as while a process stands still. What came due runs at the next `advance`. */
  stall(ms: number): void {
    this.#now += ms;
  }
  /** Lets promises settle before and after each timer. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = [...this.#timers].filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
    }
    this.#now = until;
    await settle();
  }
}

/** One turn of the loop: every promise that can settle has settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

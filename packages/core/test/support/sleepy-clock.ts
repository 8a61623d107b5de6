import type { Clock } from "../../src/ports/clock.ts";

interface Entry {
  readonly at: number;
  readonly fn: () => void;
  arm: Disposable;
  over: boolean;
}

/** A node's clock over another one: while it sleeps no timer fires, and what fell due fires when it wakes. */
export class SleepyClock implements Clock {
  readonly #base: Clock;
  readonly #monotonicStops: boolean;
  readonly #overdue = new Set<Entry>();
  #asleepSince: number | undefined;
  #lostMs = 0;

  /** @param monotonicStops as on Linux and macOS, where a suspended machine's monotonic clock stands still */
  constructor(base: Clock, monotonicStops: boolean) {
    this.#base = base;
    this.#monotonicStops = monotonicStops;
  }

  now(): number {
    const lost = this.#asleepSince === undefined ? 0 : this.#base.now() - this.#asleepSince;
    return this.#base.now() - (this.#monotonicStops ? this.#lostMs + lost : 0);
  }

  wall(): number {
    return this.#base.wall();
  }

  timer(delayMs: number, fn: () => void): Disposable {
    const entry: Entry = {
      at: this.now() + Math.max(0, delayMs),
      fn,
      arm: { [Symbol.dispose]: () => {} },
      over: false,
    };
    this.#arm(entry);
    return {
      [Symbol.dispose]: () => {
        entry.over = true;
        entry.arm[Symbol.dispose]();
      },
    };
  }

  sleep(): void {
    this.#asleepSince ??= this.#base.now();
  }

  wake(): void {
    if (this.#asleepSince === undefined) return;
    this.#lostMs += this.#base.now() - this.#asleepSince;
    this.#asleepSince = undefined;
    const overdue = [...this.#overdue].sort((a, b) => a.at - b.at);
    this.#overdue.clear();
    for (const entry of overdue) this.#arm(entry);
  }

  #arm(entry: Entry): void {
    if (entry.over) return;
    entry.arm = this.#base.timer(Math.max(0, entry.at - this.now()), () => {
      if (entry.over) return;
      if (this.#asleepSince !== undefined) this.#overdue.add(entry);
      // A difference of a rounding cannot be waited for: time would stand still.
      else if (entry.at - this.now() > 1e-6) this.#arm(entry);
      else entry.fn();
    });
  }
}

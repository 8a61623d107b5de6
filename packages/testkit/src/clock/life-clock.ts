import type { Clock } from "@swarm-space/core";

const inert: Disposable = Object.freeze({ [Symbol.dispose]: () => undefined });

/** The clock of one process: when it dies, its timers die with it, and no new one ever fires. */
export class LifeClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();
  #dead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  wall(): number {
    return this.#clock.wall();
  }

  timer(delayMs: number, fn: () => void): Disposable {
    if (this.#dead) return inert;
    const timer = this.#clock.timer(delayMs, () => {
      this.#timers.delete(own);
      fn();
    });
    const own: Disposable = {
      [Symbol.dispose]: () => {
        this.#timers.delete(own);
        timer[Symbol.dispose]();
      },
    };
    this.#timers.add(own);
    return own;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  die(): void {
    this.#dead = true;
    for (const timer of [...this.#timers]) timer[Symbol.dispose]();
  }
}

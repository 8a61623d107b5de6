import type { Clock } from "@swarm-space/core";

const inert: Disposable = Object.freeze({ [Symbol.dispose]: () => undefined });

/** What may come in from outside while the process stands still: a system keeps so much for it, and no more. */
const mostArrivals = 4_096;

/**
 * The clock of one process. When it dies, its timers die with it, and no new one ever fires. While it stands still (stopped by a
 * signal, or its machine asleep) time goes on and nothing of it runs; what fell due runs late, in order, once it goes on.
 */
export class LifeClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();
  /** What waits for the process to go on. */
  readonly #late = new Set<() => void>();
  #frozen = false;
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
    const fire = () => {
      this.#timers.delete(own);
      fn();
    };
    const timer = this.#clock.timer(delayMs, () => {
      if (this.#frozen) this.#late.add(fire);
      else fire();
    });
    const own: Disposable = {
      [Symbol.dispose]: () => {
        this.#timers.delete(own);
        this.#late.delete(fire);
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

  get frozen(): boolean {
    return this.#frozen;
  }

  /** What waits for the process to go on: timers that fell due, and what came in. */
  get late(): number {
    return this.#late.size;
  }

  /** The process stands still from now on. */
  freeze(): void {
    this.#frozen = true;
  }

  /** It goes on: what waited runs now, one after the other, with its promises between. Twice is harmless. */
  thaw(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    for (const run of this.#late) {
      this.#clock.timer(0, () => {
        if (!this.#frozen && this.#late.delete(run)) run();
      });
    }
  }

  /** Something comes in from outside: it is seen at once, or when the process goes on. More than a system keeps is lost. */
  arrive(run: () => void): void {
    if (this.#dead) return;
    if (!this.#frozen) run();
    else if (this.#late.size < mostArrivals) this.#late.add(run);
  }

  die(): void {
    this.#dead = true;
    this.#late.clear();
    for (const timer of [...this.#timers]) timer[Symbol.dispose]();
  }
}

import { type Clock, SwarmError } from "@swarm-space/core";
import { errorTable } from "../error-table.ts";
import { nextTask } from "./task-clock.ts";
import { type TimerEntry, TimerHeap } from "./timer-heap.ts";

export interface VirtualClockOptions {
  /** Monotonic milliseconds at the start. Default 0. */
  readonly startMs?: number;
  /** Wall-clock milliseconds since the Unix epoch at the start. Default 2024-01-01T00:00:00Z. */
  readonly wallMs?: number;
  /** Timers that may run at one instant before the clock calls itself stuck. Default 1,000,000. */
  readonly maxTimersPerInstant?: number;
}

const newYear2024Ms = 1_704_067_200_000;

/**
 * Time that moves only when told. Timers run in order of their time, then of their insertion; between two of them
 * every promise chain runs to its end. So a run on this clock is the same each time.
 */
export class VirtualClock implements Clock {
  readonly #timers = new TimerHeap();
  readonly #maxTimersPerInstant: number;
  #nowMs: number;
  #wallOffsetMs: number;
  #order = 0;
  #moving = false;
  #held: Promise<unknown> | undefined;

  constructor(o: VirtualClockOptions = {}) {
    this.#nowMs = finite("startMs", o.startMs ?? 0);
    this.#wallOffsetMs = finite("wallMs", o.wallMs ?? newYear2024Ms) - this.#nowMs;
    this.#maxTimersPerInstant = finite("maxTimersPerInstant", o.maxTimersPerInstant ?? 1_000_000);
  }

  now(): number {
    return this.#nowMs;
  }

  wall(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** A negative delay counts as 0; Infinity never fires. @throws SwarmError `OPTION_INVALID` for NaN */
  timer(delayMs: number, fn: () => void): Disposable {
    if (delayMs !== Number.POSITIVE_INFINITY && delayMs !== Number.NEGATIVE_INFINITY) finite("delayMs", delayMs);
    const at = this.#nowMs + Math.max(0, delayMs);
    const entry: TimerEntry = { at, order: this.#order++, fn, index: -1 };
    this.#timers.add(entry);
    return { [Symbol.dispose]: () => void this.#timers.remove(entry) };
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves the wall clock by `ms` (negative: back) as a user or a time server does. Monotonic time and timers do not notice. */
  stepWall(ms: number): void {
    this.#wallOffsetMs += finite("ms", ms);
  }

  /**
   * This clock as a node with a wrong wall clock sees it.
   * @param skewMs constant error of the wall clock
   * @param drift its growing error, in parts: 0.001 gains one second in a thousand
   */
  skewed(skewMs: number, drift = 0): Clock {
    finite("skewMs", skewMs);
    finite("drift", drift);
    return {
      now: () => this.now(),
      wall: () => this.wall() + skewMs + this.now() * drift,
      timer: (delayMs, fn) => this.timer(delayMs, fn),
    };
  }

  /**
   * Keeps the clock from moving until `work` is settled, and gives its result. For what truly happens outside
   * (a thread pool, WebCrypto). Results are released in the order of the calls, so that the run stays repeatable.
   */
  hold<Value>(work: Promise<Value>): Promise<Value> {
    const before = this.#held;
    const released = before === undefined ? work : before.then(() => work);
    const settled = released.then(
      () => undefined,
      () => undefined,
    );
    this.#held = settled;
    return released;
  }

  /** Lets every promise chain run to its end without moving time. */
  async settle(): Promise<void> {
    await nextTask();
    while (this.#held !== undefined) {
      const held = this.#held;
      await held;
      if (this.#held === held) this.#held = undefined;
      await nextTask();
    }
  }

  /**
   * Moves time forward by `ms`, running all timers that fall due. A timer's throw rejects; time then stands at that timer.
   * @throws SwarmError `CLOCK_BUSY` while another call moves the clock, `CLOCK_STUCK`
   */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + Math.max(0, finite("ms", ms));
    await this.#move(until, () => false);
    this.#nowMs = Math.max(this.#nowMs, until);
  }

  /**
   * Moves time from timer to timer until `predicate` holds.
   * @returns true when it holds; false when `maxMs` have passed, where the clock then stands
   */
  async runUntil(predicate: () => boolean, maxMs: number): Promise<boolean> {
    const until = this.#nowMs + Math.max(0, finite("maxMs", maxMs));
    if (await this.#move(until, predicate)) return true;
    this.#nowMs = Math.max(this.#nowMs, until);
    return predicate();
  }

  async #move(until: number, done: () => boolean): Promise<boolean> {
    if (this.#moving) throw clockError("CLOCK_BUSY", "the virtual clock is moving already");
    this.#moving = true;
    let atInstant = 0;
    try {
      for (;;) {
        await this.settle();
        if (done()) return true;
        const next = this.#timers.peek();
        if (next === undefined || next.at > until) return false;
        atInstant = next.at > this.#nowMs ? 0 : atInstant + 1;
        if (atInstant > this.#maxTimersPerInstant) {
          throw clockError(
            "CLOCK_STUCK",
            `more than ${this.#maxTimersPerInstant} timers fell due at ${this.#nowMs} ms`,
          );
        }
        this.#nowMs = next.at;
        this.#timers.remove(next);
        next.fn();
      }
    } finally {
      this.#moving = false;
    }
  }
}

function finite(path: string, value: number): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new SwarmError("OPTION_INVALID", `${path}: expected a finite number, found ${String(value)}`, {
    detail: { path },
  });
}

function clockError(code: "CLOCK_BUSY" | "CLOCK_STUCK", what: string): SwarmError {
  return new SwarmError(code, what, { cure: errorTable[code] });
}

import { systemClock } from "@swarm-space/core";
import { type ConformanceTime, clockTime } from "./conformance-time.ts";

/** How long a suite waits. */
export interface WaitLimits {
  /** What is promised without a time comes within so many milliseconds. Default 10,000. */
  readonly patienceMs: number;
  /** What has not come within so many milliseconds does not come. Default 50. */
  readonly settleMs: number;
}

/** Waits that end: a promise that never settles is told by its name. */
export class Patience {
  readonly #time: ConformanceTime;
  readonly #limits: WaitLimits;

  constructor(time: ConformanceTime = clockTime(systemClock()), limits: Partial<WaitLimits> = {}) {
    this.#time = time;
    this.#limits = { patienceMs: 10_000, settleMs: 50, ...limits };
  }

  /** The outcome of `work`, or an Error that names what did not come. */
  async within<Value>(work: Promise<Value>, what: string, ms = this.#limits.patienceMs): Promise<Value> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    const settled = work.then(settle, settle);
    await this.#time.pass(ms, settled);
    if (!isSettled) throw new Error(`${what}: nothing within ${ms} ms`);
    return work;
  }

  /** Waits until `holds`. */
  async until(holds: () => boolean, what: string, ms = this.#limits.patienceMs): Promise<void> {
    let step = 0;
    for (let passed = 0; !holds(); passed += step) {
      if (passed >= ms) throw new Error(`${what}: not within ${ms} ms`);
      step = Math.min(step + 1, 20);
      await this.#time.pass(step);
    }
  }

  /** Whether `work` settles within `ms`. */
  async settles(work: Promise<unknown>, ms = this.#limits.settleMs): Promise<boolean> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    const settled = work.then(settle, settle);
    await this.#time.pass(ms, settled);
    return isSettled;
  }

  /** Time for what should not come. */
  quiet(): Promise<void> {
    return this.#time.pass(this.#limits.settleMs);
  }

  pass(ms: number): Promise<void> {
    return this.#time.pass(ms);
  }
}

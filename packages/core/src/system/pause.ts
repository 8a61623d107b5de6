import type { Clock } from "../ports/clock.ts";
import { deadline } from "./deadline.ts";

/** Resolves at the abort. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What comes of the work, or the signal's reason. What comes later is heard by nobody. */
export function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return Promise.race([work, aborted(signal).then(() => Promise.reject(signal.reason))]);
}

/** Resolves after so long, or at the abort. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const over = deadline(signal, clock, ms);
  await aborted(over.signal);
  over[Symbol.dispose]();
}

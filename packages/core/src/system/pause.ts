import type { Clock } from "../ports/clock.ts";

/** Resolves after so many milliseconds, or at the abort; never rejects, and leaves no timer. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(ms, resolve);
  const onAbort = () => {
    timer[Symbol.dispose]();
    resolve();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";

/** The longest delay a host's timer takes; a longer one fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * The machine's time. Timers keep the process alive on purpose: a started node with letters or a redial waiting
 * has work to do even while no socket is open. `stop` disposes them all, and the process may end.
 */
export function systemClock(): Clock {
  return Object.freeze({
    now: () => performance.now(),
    wall: () => Date.now(),
    timer: startTimer,
    ...(typeof setImmediate === "function" ? { afterTurn: (fn: () => void) => void setImmediate(fn) } : {}),
  });
}

/** @throws SwarmError `OPTION_INVALID` where the delay is not a number. A negative one is none; Infinity never fires. */
function startTimer(delayMs: number, fn: () => void): Disposable {
  if (typeof delayMs !== "number" || Number.isNaN(delayMs)) {
    throw new SwarmError("OPTION_INVALID", "A timer's delay must be a number of milliseconds.", {
      detail: { delayMs },
    });
  }
  const due = performance.now() + delayMs;
  const arm = (): ReturnType<typeof setTimeout> => {
    const left = due - performance.now();
    return left > longestDelayMs
      ? setTimeout(() => (handle = arm()), longestDelayMs)
      : setTimeout(fn, Math.max(0, left));
  };
  let handle = arm();
  return { [Symbol.dispose]: () => clearTimeout(handle) };
}

import type { Clock, Random } from "./clock.ts";
import type { TimerShelf } from "./timer-shelf.ts";

/**
 * What Gun takes for the process's own. It hangs functions on `String`, `Object` and `setTimeout`, and so gets
 * stand-ins that inherit from the real ones; its console is silent, its time is the given clock's.
 */
export function createGunGlobals(clock: Clock, random: Random, timers: TimerShelf): Record<string, unknown> {
  const start = (fn: () => void, delayMs?: number) => timers.start(fn, Math.max(0, Number(delayMs) || 0));
  return {
    setTimeout: (fn: () => void, delayMs?: number) => start(fn, delayMs),
    clearTimeout: (timer: Disposable | undefined) => timers.stop(timer),
    setImmediate: (fn: () => void) => start(fn),
    performance: { now: () => clock.now() },
    console: { log: ignore, warn: ignore },
    Date: class {
      valueOf(): number {
        return clock.wall();
      }
    },
    Math: Object.create(Math, { random: { value: () => random.float() } }),
    String: Object.setPrototypeOf((value: unknown) => String(value), String),
    Object: inheritObject(),
  };
}

function ignore(): void {}

/** Has the prototype of `Object`, so that `instanceof` holds, and takes Gun's additions itself. */
function inheritObject(): unknown {
  const own = function own() {};
  own.prototype = Object.prototype;
  return Object.setPrototypeOf(own, Object);
}

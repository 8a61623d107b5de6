import type { Clock } from "@swarm-space/core";

/** Time that stands still at 0, and whose timers are due at once: for runs that wait for a medium alone. */
export function stillClock(): Clock {
  return {
    now: () => 0,
    wall: () => 0,
    timer(_delayMs, run) {
      let isOff = false;
      queueMicrotask(() => {
        if (!isOff) run();
      });
      return {
        [Symbol.dispose]() {
          isOff = true;
        },
      };
    },
  };
}

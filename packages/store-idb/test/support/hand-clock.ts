import type { Clock } from "@swarm-space/core";

/** A clock whose timers fire when they are told to. */
export function handClock(): Clock & { readonly pending: number; move(ms: number): void } {
  const timers = new Map<object, { readonly at: number; readonly fn: () => void }>();
  let now = 0;
  return {
    get pending() {
      return timers.size;
    },
    now: () => now,
    wall: () => now,
    timer(delayMs, fn) {
      const key = { [Symbol.dispose]: () => void timers.delete(key) };
      timers.set(key, { at: now + delayMs, fn });
      return key;
    },
    move(ms) {
      now += ms;
      for (const [key, { at, fn }] of [...timers]) {
        if (at > now) continue;
        timers.delete(key);
        fn();
      }
    },
  };
}

import type { Clock, Random } from "../src/index.ts";

/** The machine's time and randomness, as the driver takes them. */
export const clock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

export const random: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  float: () => Math.random(),
};

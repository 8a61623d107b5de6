import type { Clock } from "@swarm-space/core";
import type { VirtualClock } from "../clock/virtual-clock.ts";

/** How time passes while a check waits. */
export interface ConformanceTime {
  /** Lets `ms` milliseconds pass; fewer where `until` settles before. What `until` rejects with is not this call's matter. */
  pass(ms: number, until?: Promise<unknown>): Promise<void>;
}

/** What a reader throws on purpose. A medium that lets a reader's throw surface shows this one, and no other is expected. */
export class ReaderThrow extends Error {
  constructor() {
    super("a reader throws, on purpose");
  }
}

/** Time of a clock that moves by itself. */
export function clockTime(clock: Clock): ConformanceTime {
  return {
    async pass(ms, until) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = clock.timer(ms, resolve);
      const settle = () => resolve();
      void until?.then(settle, settle);
      try {
        await promise;
      } finally {
        timer[Symbol.dispose]();
      }
    },
  };
}

/** Time of a virtual clock: it moves while a check waits, and then only. */
export function virtualTime(clock: VirtualClock): ConformanceTime {
  return {
    async pass(ms, until) {
      const endMs = clock.now() + ms;
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      void until?.then(settle, settle);
      for (let isThrown = true; isThrown; ) {
        isThrown = false;
        try {
          await clock.runUntil(() => isSettled, endMs - clock.now());
        } catch (error) {
          if (!(error instanceof ReaderThrow)) throw error;
          isThrown = true;
        }
      }
    },
  };
}

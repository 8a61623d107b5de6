import type { Clock } from "../ports/clock.ts";
import { type ChildAbort, childAbort } from "./child-abort.ts";

/** A child's abort that its time brings too. Disposed, it leaves neither timer nor listener. @param why reason of an abort by time */
export function deadline(parent: AbortSignal, clock: Clock, timeoutMs: number, why?: () => unknown): ChildAbort {
  const child = childAbort(parent);
  const timer = clock.timer(timeoutMs, () => child.abort(why?.()));
  return {
    ...child,
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]();
      child[Symbol.dispose]();
    },
  };
}

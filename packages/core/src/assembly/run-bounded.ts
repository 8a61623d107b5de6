import type { Clock } from "../ports/clock.ts";
import type { SignalOptions } from "../ports/transport.ts";

/** How a bounded run ended. */
export type BoundedEnd =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "timeout" }
  | { readonly kind: "aborted" };

export interface BoundedOptions extends Partial<SignalOptions> {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Runs `effect` until it ends, its time is over or the signal aborts, whichever comes first. The effect's own
 * signal aborts with it, and what it does later is heard by nobody. Leaves no timer and no listener. Never rejects.
 */
export function runBounded(effect: (o: SignalOptions) => void | Promise<void>, o: BoundedOptions): Promise<BoundedEnd> {
  return new Promise((resolve) => {
    if (o.signal?.aborted === true) return resolve({ kind: "aborted" });
    const own = new AbortController();
    const end = (how: BoundedEnd, reason?: unknown): void => {
      timer[Symbol.dispose]();
      o.signal?.removeEventListener("abort", onAbort);
      resolve(how);
      if (reason !== undefined) own.abort(reason);
    };
    const onAbort = (): void => end({ kind: "aborted" }, o.signal?.reason);
    const timer = o.clock.timer(o.timeoutMs, () =>
      end({ kind: "timeout" }, new DOMException(`Over ${o.timeoutMs} ms.`, "TimeoutError")),
    );
    o.signal?.addEventListener("abort", onAbort);
    new Promise<void>((settle) => settle(effect({ signal: own.signal }))).then(
      () => end({ kind: "done" }),
      (error: unknown) => end({ kind: "failed", error }),
    );
  });
}

import { type Clock, type DiscoverySource, pause } from "@swarm-space/core";
import { type Allowance, type AllowanceRules, spend } from "./allowance.ts";

export interface ReadOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How fast it is read: what floods waits. Undefined: as fast as it comes. */
  readonly pace: AllowanceRules | undefined;
}

/**
 * What a source says, as it is: neither its kind nor its content is taken on trust. Ends with the source, or at the abort, also
 * where the source does not heed it. Throws what the source throws.
 */
export async function* readSource(source: DiscoverySource, o: ReadOptions): AsyncGenerator<unknown, void> {
  const { clock, signal, pace } = o;
  if (signal.aborted) return;
  const iterator: AsyncIterator<unknown> = source.discover({ signal })[Symbol.asyncIterator]();
  let allowance: Allowance = { left: pace?.burst ?? 0, at: clock.now() };
  let isOver = false;
  try {
    while (!signal.aborted) {
      const next = await within<IteratorResult<unknown>>(signal, (settle, fail) => {
        Promise.resolve(iterator.next()).then(settle, fail);
      });
      isOver = next?.done === true;
      if (next === undefined || isOver || signal.aborted) return;
      yield next.value;
      if (pace === undefined) continue;
      const { left, waitMs } = spend(allowance, clock.now(), pace);
      allowance = left;
      if (waitMs > 0) await pause(clock, waitMs, signal);
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) leave(iterator);
  }
}

/** Tells it that nobody reads on, and does not wait for its answer. */
function leave(iterator: AsyncIterator<unknown>): void {
  try {
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  } catch {
    // It has no end of its own: it is not asked again.
  }
}

/** What `begin` settles with; undefined at the abort. */
function within<Value>(
  signal: AbortSignal,
  begin: (settle: (value: Value) => void, fail: (error: unknown) => void) => void,
): Promise<Value | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  begin(resolve, reject);
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

import { type Clock, type SignalOptions, SwarmError } from "@swarm-space/core";

export interface NameLockOptions {
  /** Of the database. */
  readonly name: string;
  readonly clock: Clock;
  /** How long another may keep it, in milliseconds: a page that is reloaded lets go of it late. */
  readonly timeoutMs: number;
  /** Default: the platform's. Undefined: there are no locks, and everybody gets the name. */
  readonly locks?: LockManager | undefined;
}

/**
 * Takes a database's name for one node: two that wrote one outbox would number different letters alike. The platform frees it when the page
 * goes, whatever becomes of it. Returns its release.
 * @throws SwarmError `STORE_LOCKED`; the signal's reason
 */
export async function takeName(o: NameLockOptions, { signal }: SignalOptions): Promise<() => void> {
  const locks = "locks" in o ? o.locks : globalThis.navigator?.locks;
  signal.throwIfAborted();
  if (locks === undefined) return () => undefined;
  const held = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const late = new AbortController();
  const timer = o.clock.timer(o.timeoutMs, () => late.abort(locked(o.name)));
  const waiting = AbortSignal.any([signal, late.signal]);
  locks
    .request(`swarm-space/store/${o.name}`, { signal: waiting }, () => {
      taken.resolve();
      return held.promise;
    })
    .catch((error: unknown) => taken.reject(waiting.aborted ? waiting.reason : error));
  try {
    await taken.promise;
  } finally {
    timer[Symbol.dispose]();
  }
  return () => held.resolve();
}

function locked(name: string): SwarmError {
  return new SwarmError("STORE_LOCKED", `"${name}" is in use by a node in another tab`, {
    cure: "Give each tab's store a `name` of its own, or close the other tab.",
    detail: { store: name },
  });
}

/** An abort of one's own that its parent's abort brings too, until it is disposed. */
export interface ChildAbort extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/**
 * For one step within something that lasts: `AbortSignal.any` would leave a little at the parent for every step (Node 24 keeps the
 * clean-up of each composed signal until its source is collected).
 */
export function childAbort(parent: AbortSignal): ChildAbort {
  const own = new AbortController();
  const onAbort = () => own.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener("abort", onAbort, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    [Symbol.dispose]: () => parent.removeEventListener("abort", onAbort),
  };
}

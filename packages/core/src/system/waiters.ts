/** Calls that wait for one thing to happen. Bounded by those who call. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wake`; rejects with the signal's reason. Leaves nothing on the signal. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.add(resolve);
    try {
      await promise;
    } finally {
      this.#waiting.delete(resolve);
      signal.removeEventListener("abort", abort);
    }
  }

  wake(): void {
    for (const resolve of [...this.#waiting]) resolve();
  }
}

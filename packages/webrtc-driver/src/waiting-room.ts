/** Calls that wait for one thing to happen. */
export class WaitingRoom {
  readonly #calls = new Set<() => void>();

  /** Resolves at the next `wake`; rejects with the signal's reason. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    this.#calls.add(resolve);
    try {
      await promise;
    } finally {
      this.#calls.delete(resolve);
      signal.removeEventListener("abort", abort);
    }
  }

  wake(): void {
    for (const call of [...this.#calls]) call();
  }
}

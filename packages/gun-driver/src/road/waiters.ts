/** Those who wait for one thing to happen. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wake`; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = (settle: () => void) => {
        signal.removeEventListener("abort", onAbort);
        this.#waiting.delete(onWake);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const onWake = () => end(resolve);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(onWake);
    });
  }

  wake(): void {
    for (const onWake of [...this.#waiting]) onWake();
  }
}

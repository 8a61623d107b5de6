/** Those who wait for the end of something. */
export class WaitingRoom {
  readonly #waiting = new Set<() => void>();

  /** Until the next `release`, or the signal. Nobody is left behind, nor a listener at the signal. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = () => resolve();
    this.#waiting.add(leave);
    signal.addEventListener("abort", leave, { once: true });
    await promise;
    signal.removeEventListener("abort", leave);
    this.#waiting.delete(leave);
  }

  release(): void {
    for (const leave of this.#waiting) leave();
  }
}

/** Whether a connection's medium is away at present, and those who listen. What begins and ends within one turn is told to nobody. */
export class Interruption {
  readonly #listeners = new Set<(isInterrupted: boolean) => void>();
  #isSo = false;
  #isTold = false;
  #isDue = false;

  /** As `Connection.onInterrupted`. */
  onInterrupted(listener: (isInterrupted: boolean) => void): () => void {
    const own = (isInterrupted: boolean) => listener(isInterrupted);
    this.#listeners.add(own);
    if (this.#isTold) own(true);
    return () => void this.#listeners.delete(own);
  }

  set(isInterrupted: boolean): void {
    this.#isSo = isInterrupted;
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#isTold === this.#isSo) return;
      this.#isTold = this.#isSo;
      for (const listener of [...this.#listeners]) listener(this.#isTold);
    });
  }

  /** The connection is over: whatever comes is told to nobody. */
  end(): void {
    this.#listeners.clear();
  }
}

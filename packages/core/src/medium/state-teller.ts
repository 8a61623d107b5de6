import type { TransportState } from "../ports/index.ts";

/** A transport's state, and those who listen to it. */
export class StateTeller {
  readonly #listeners = new Set<(state: TransportState) => void>();
  #state: TransportState = "idle";
  #lastError: string | undefined;

  get state(): TransportState {
    return this.#state;
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** @returns its unsubscribe, which ends no other subscription of the same function */
  onState(listener: (state: TransportState) => void): () => void {
    const own = (state: TransportState) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Each change is told, once it holds. */
  set(state: TransportState, lastError?: string): void {
    const changed = state !== this.#state;
    this.#state = state;
    this.#lastError = lastError;
    if (changed) for (const listener of [...this.#listeners]) listener(state);
  }
}

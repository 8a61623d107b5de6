import { invalid } from "./description.ts";

/** Candidates of one peer connection that may wait for its remote description. */
const maxWaiting = 64;

/** Candidates wait here for the remote description, which no engine takes them before. */
export class DescriptionGate {
  readonly #opened = Promise.withResolvers<void>();
  #waiting = 0;
  #isOpen = false;

  /**
   * Resolves when the description is there, or will never be.
   * @throws SwarmError `SIGNAL_INVALID` too many wait
   */
  async pass(): Promise<void> {
    if (this.#isOpen) return;
    if (this.#waiting >= maxWaiting) throw invalid(`More than ${maxWaiting} candidates came before their description`);
    this.#waiting += 1;
    await this.#opened.promise;
  }

  open(): void {
    this.#isOpen = true;
    this.#opened.resolve();
  }
}

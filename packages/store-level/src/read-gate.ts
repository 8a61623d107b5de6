/** Many readers, or one who changes what they read. Readers that come meanwhile wait. */
export class ReadGate {
  #readers = 0;
  #quiet: PromiseWithResolvers<void> | undefined;
  #change: Promise<void> | undefined;

  async read<Value>(run: () => Promise<Value>): Promise<Value> {
    while (this.#change !== undefined) await this.#change;
    this.#readers += 1;
    try {
      return await run();
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) this.#quiet?.resolve();
    }
  }

  /** Never called again before it has ended. */
  async change<Value>(run: () => Promise<Value>): Promise<Value> {
    const change = Promise.withResolvers<void>();
    this.#change = change.promise;
    try {
      if (this.#readers > 0) {
        this.#quiet = Promise.withResolvers<void>();
        await this.#quiet.promise;
      }
      return await run();
    } finally {
      this.#quiet = undefined;
      this.#change = undefined;
      change.resolve();
    }
  }
}

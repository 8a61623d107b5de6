import type { Clock } from "../../ports/clock.ts";
import type { Store, StoreOperation } from "../../ports/store.ts";

/** How long a write waits for company, in milliseconds. What is deleted meanwhile was never written. */
const delayMs = 10;

interface Pending {
  /** Undefined: to be deleted. */
  readonly value: Uint8Array | undefined;
  readonly refused: ((error: unknown) => void) | undefined;
}

/**
 * Gathers writes to one namespace: of several on a key the last one counts, and a value that was put and deleted
 * before its turn costs nothing. The store has a write with the first turn of the event loop, or the first later write, `delayMs`
 * after the call. Relaxed: safe against a crash of the process once flushed.
 */
export class WriteBehind {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #onFailed: (error: unknown) => void;
  readonly #pending = new Map<string, Pending>();
  /** Keys whose value is in the store. */
  readonly #stored = new Set<string>();
  #timer: Disposable | undefined;
  /** When `timer` is due. */
  #dueAt = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, clock: Clock, namespace: string, onFailed: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#namespace = namespace;
    this.#onFailed = onFailed;
  }

  /** @param refused called where the store did not take this value; not where a later one stood in its place by then */
  put(key: string, value: Uint8Array, refused?: (error: unknown) => void): void {
    this.#pending.set(key, { value, refused });
    this.#schedule();
  }

  delete(key: string): void {
    if (!this.#stored.has(key)) {
      this.#pending.delete(key);
      return;
    }
    this.#pending.set(key, { value: undefined, refused: undefined });
    this.#schedule();
  }

  /** The value of this key was read from the store. */
  found(key: string): void {
    this.#stored.add(key);
  }

  /** Writes what waits; resolves when the store has it, or has refused. */
  flush(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#pending.size > 0) {
      const taken = [...this.#pending];
      this.#pending.clear();
      const operations = taken.map(([key, { value }]) => this.#operation(key, value));
      // Not after the one before: the store keeps the order of the calls, and a wait here would be one more for the medium.
      const written = this.#store.batch(operations, { durable: false }).catch((error: unknown) => {
        this.#onFailed(error);
        for (const [, { refused }] of taken) refused?.(error);
      });
      this.#writing = Promise.all([this.#writing, written]).then(() => undefined);
    }
    return this.#writing;
  }

  /** What was to go by now does not wait for a timer that comes late: work without a pause lets none fire. */
  #schedule(): void {
    const now = this.#clock.now();
    if (this.#timer !== undefined) {
      if (now >= this.#dueAt) void this.flush();
      return;
    }
    this.#dueAt = now + delayMs;
    this.#timer = this.#clock.timer(delayMs, () => {
      this.#timer = undefined;
      void this.flush();
    });
  }

  #operation(key: string, value: Uint8Array | undefined): StoreOperation {
    if (value === undefined) this.#stored.delete(key);
    else this.#stored.add(key);
    const at = { namespace: this.#namespace, key };
    return value === undefined ? { type: "delete", ...at } : { type: "put", ...at, value };
  }
}

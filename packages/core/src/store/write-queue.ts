import { SwarmError } from "../errors/index.ts";
import type { StoreOperation } from "../ports/store.ts";

export interface WriteQueueOptions {
  /** Writes all or nothing. Never called again before it has ended. */
  write(operations: readonly StoreOperation[], o: { readonly durable: boolean }): Promise<void>;
  /** Waiting batches are written together up to so many bytes. Default 1 MiB. */
  readonly maxGroupBytes?: number;
  /** Beyond so many waiting bytes a batch is refused with `STORE_BUSY`. Default 128 MiB. */
  readonly maxWaitingBytes?: number;
}

interface Waiting {
  readonly operations: readonly StoreOperation[];
  readonly durable: boolean;
  readonly bytes: number;
  readonly settle: PromiseWithResolvers<void>;
}

/**
 * Group commit for stores: batches are written in the order of the calls, and those that wait while one is being written go
 * together in the next, so a hundred durable batches share one fsync. Where a group fails, its batches are tried one by one.
 */
export class WriteQueue {
  readonly #write: WriteQueueOptions["write"];
  readonly #maxGroupBytes: number;
  readonly #maxWaitingBytes: number;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor({ write, maxGroupBytes = 1_048_576, maxWaitingBytes = 128 * 1_048_576 }: WriteQueueOptions) {
    this.#write = write;
    this.#maxGroupBytes = maxGroupBytes;
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  /**
   * Resolves when the batch is written. The operations must not change afterwards.
   * @throws SwarmError `STORE_BUSY`
   */
  async add(operations: readonly StoreOperation[], { durable }: { readonly durable: boolean }): Promise<void> {
    if (operations.length === 0 && !durable) return;
    const bytes = bytesOf(operations);
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes > this.#maxWaitingBytes) {
      throw new SwarmError("STORE_BUSY", `${this.#waitingBytes} bytes wait to be written`, {
        detail: { maxWaitingBytes: this.#maxWaitingBytes },
      });
    }
    const settle = Promise.withResolvers<void>();
    this.#waiting.push({ operations, durable, bytes, settle });
    this.#waitingBytes += bytes;
    this.#running ??= this.#run();
    await settle.promise;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // One turn of patience, so that the calls of this turn go together.
    await Promise.resolve();
    for (let group = this.#take(); group.length > 0; group = this.#take()) await this.#writeGroup(group);
    this.#running = undefined;
  }

  #take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && bytes + waiting.bytes > this.#maxGroupBytes) break;
      bytes += waiting.bytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(
        group.flatMap((waiting) => waiting.operations),
        { durable: group.some((waiting) => waiting.durable) },
      );
      for (const { settle } of group) settle.resolve();
    } catch (error) {
      if (group.length === 1) group[0]?.settle.reject(error);
      else for (const waiting of group) await this.#writeGroup([waiting]);
    }
  }
}

function bytesOf(operations: readonly StoreOperation[]): number {
  let bytes = 64;
  for (const operation of operations)
    bytes += 64 + operation.key.length + (operation.type === "put" ? operation.value.length : 0);
  return bytes;
}

import { SwarmError } from "../errors/index.ts";
import type { Store, StoreNamespace, StoreOperation } from "../ports/store.ts";
import { SortedKeys } from "./sorted-keys.ts";
import {
  type CheckedRange,
  checkDurable,
  checkKey,
  checkNamespaceName,
  checkRange,
  copyOperations,
  isEmptyRange,
} from "./store-checks.ts";

/** What an entry costs beside its key and value, roughly, in bytes. */
const entryBytes = 96;
const pageEntries = 64;

export interface MemoryStoreOptions {
  /** Bytes of keys, values and their bookkeeping that are kept at most; beyond it `STORE_FULL`. Default 64 MiB. */
  readonly maxBytes?: number;
}

interface Part {
  readonly values: Map<string, Uint8Array>;
  readonly keys: SortedKeys;
}

/**
 * A store in this process's memory: the kernel's default. It keeps its entries over `close` and `open`, and loses them with the process.
 * @throws SwarmError `OPTION_INVALID`
 */
export function memoryStore({ maxBytes = 64 * 1_048_576 }: MemoryStoreOptions = {}): Store {
  if (!(maxBytes >= 0))
    throw new SwarmError("OPTION_INVALID", "maxBytes: expected a number of bytes from 0 on", {
      detail: { path: "maxBytes" },
    });
  return new MemoryStore(maxBytes);
}

class MemoryStore implements Store {
  readonly durable = false;
  readonly #maxBytes: number;
  readonly #parts = new Map<string, Part>();
  #bytes = 0;
  #closed = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async open({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    this.#closed = false;
  }

  namespace(name: string): StoreNamespace {
    const namespace = checkNamespaceName(name);
    return Object.freeze({
      get: async (key: string) => {
        this.#checkOpen();
        const checked = checkKey(key);
        const value = this.#parts.get(namespace)?.values.get(checked);
        return value === undefined ? undefined : new Uint8Array(value);
      },
      put: (key: string, value: Uint8Array) => this.batch([{ type: "put", namespace, key, value }], { durable: false }),
      delete: (key: string) => this.batch([{ type: "delete", namespace, key }], { durable: false }),
      range: (range) => this.#range(namespace, checkRange(range)),
    } satisfies StoreNamespace);
  }

  async batch(operations: readonly StoreOperation[], o: { readonly durable: boolean }): Promise<void> {
    checkDurable(o);
    this.#checkOpen();
    const undo: StoreOperation[] = [];
    const before = this.#bytes;
    for (const operation of copyOperations(operations)) undo.push(this.#apply(operation));
    const growth = this.#bytes - before;
    if (growth <= 0 || this.#bytes <= this.#maxBytes) return;
    for (const operation of undo.reverse()) this.#apply(operation);
    throw new SwarmError("STORE_FULL", `the memory store would keep more than ${this.#maxBytes} bytes`, {
      detail: { maxBytes: this.#maxBytes, bytes: this.#bytes, growth },
      cure: "Raise maxBytes, or use a durable store.",
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** @returns what undoes it */
  #apply(operation: StoreOperation): StoreOperation {
    const { namespace, key } = operation;
    const part = this.#parts.get(namespace) ?? { values: new Map(), keys: new SortedKeys() };
    const before = part.values.get(key);
    this.#bytes -= costOf(key, before);
    if (operation.type === "put") {
      this.#bytes += costOf(key, operation.value);
      if (before === undefined) part.keys.add(key);
      if (part.values.size === 0) this.#parts.set(namespace, part);
      part.values.set(key, operation.value);
    } else if (before !== undefined) {
      part.values.delete(key);
      part.keys.delete(key);
      if (part.values.size === 0) this.#parts.delete(namespace);
    }
    return before === undefined ? { type: "delete", namespace, key } : { type: "put", namespace, key, value: before };
  }

  async *#range(namespace: string, range: CheckedRange): AsyncGenerator<readonly [string, Uint8Array]> {
    this.#checkOpen();
    if (isEmptyRange(range)) return;
    let left = range.limit;
    let last: string | undefined;
    while (left > 0) {
      const page = this.#page(namespace, range, last, Math.min(left, pageEntries));
      for (const entry of page) {
        yield [entry[0], new Uint8Array(entry[1])];
        this.#checkOpen();
      }
      last = page.at(-1)?.[0];
      if (last === undefined) return;
      left -= page.length;
    }
  }

  /** Kept values are never changed, only replaced, so a page needs no copies. */
  #page(
    namespace: string,
    range: CheckedRange,
    last: string | undefined,
    limit: number,
  ): (readonly [string, Uint8Array])[] {
    const page: (readonly [string, Uint8Array])[] = [];
    const values = this.#parts.get(namespace)?.values;
    for (
      let key = this.#next(namespace, range, last);
      key !== undefined && page.length < limit;
      key = this.#next(namespace, range, key)
    ) {
      const value = values?.get(key);
      if (value !== undefined) page.push([key, value]);
    }
    return page;
  }

  #next(namespace: string, { gte, lt, reverse }: CheckedRange, last: string | undefined): string | undefined {
    const keys = this.#parts.get(namespace)?.keys;
    if (reverse) {
      const key = keys?.before(last ?? lt);
      return key === undefined || key < gte ? undefined : key;
    }
    // The next string after one in code-unit order is that one and a zero.
    const key = keys?.from(last === undefined ? gte : `${last}\0`);
    return key === undefined || (lt !== undefined && key >= lt) ? undefined : key;
  }

  #checkOpen(): void {
    if (this.#closed) throw new SwarmError("STORE_CLOSED", "the memory store is closed");
  }
}

function costOf(key: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : key.length * 2 + value.length + entryBytes;
}

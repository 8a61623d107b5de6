import {
  type CheckedRange,
  type Clock,
  checkDurable,
  checkKey,
  checkNamespaceName,
  checkRange,
  copyOperations,
  type EventBus,
  isEmptyRange,
  type SignalOptions,
  type Store,
  StoreLifecycle,
  type StoreNamespace,
  type StoreOperation,
  SwarmError,
  WriteQueue,
} from "@swarm-space/core";
import { foreignEntryError, storeError } from "./idb-errors.ts";
import { IdbMedium } from "./idb-medium.ts";
import { bytesOf, type IdbPage, nextPageLength, readPage } from "./idb-page.ts";
import { writeAll } from "./idb-write.ts";
import { takeName } from "./name-lock.ts";

export interface IdbStoreOptions {
  /** Name of the database. */
  readonly name: string;
  /** How long another tab may hold up a new namespace, in milliseconds. Default 5,000. */
  readonly blockedTimeoutMs?: number;
  /** Whether the database is for one node at a time, as the plugin has it. Default false. */
  readonly alone?: boolean;
}

export interface IdbStoreContext {
  readonly clock: Clock;
  readonly events?: EventBus;
}

/** A durable store in the browser's IndexedDB; each namespace is an object store. Made at once, opened by `open`. */
export function idbStore(
  { name, blockedTimeoutMs = 5_000, alone = false }: IdbStoreOptions,
  context: IdbStoreContext,
): IdbStore {
  return new IdbStore({ name, blockedTimeoutMs, alone }, context);
}

/** See `idbStore`. */
export class IdbStore implements Store {
  readonly durable = true;
  readonly #name: string;
  readonly #events: EventBus | undefined;
  readonly #lifecycle: StoreLifecycle<IdbMedium>;
  readonly #queue: WriteQueue;
  #full = false;
  #release = () => {};

  constructor({ name, blockedTimeoutMs, alone }: Required<IdbStoreOptions>, { clock, events }: IdbStoreContext) {
    this.#name = name;
    this.#events = events;
    this.#queue = new WriteQueue({ write: (operations, { durable }) => this.#write(operations, durable) });
    this.#lifecycle = new StoreLifecycle({
      name,
      open: async (o) => {
        if (alone) this.#release = await takeName({ name, clock, timeoutMs: blockedTimeoutMs }, o);
        try {
          return await IdbMedium.open(
            { name, blockedTimeoutMs, clock, ...(events === undefined ? {} : { events }) },
            o,
          );
        } catch (error) {
          this.#release();
          throw o.signal.aborted ? o.signal.reason : storeError(error, name, "opened");
        }
      },
      close: async (medium) => {
        await medium.close();
        this.#release();
      },
    });
  }

  /** Open, or being opened. */
  get opened(): boolean {
    return this.#lifecycle.opened;
  }

  open(o: SignalOptions): Promise<void> {
    return this.#lifecycle.open(o);
  }

  namespace(name: string): StoreNamespace {
    const namespace = checkNamespaceName(name);
    return Object.freeze({
      get: (key: string) => this.#get(namespace, key),
      put: (key: string, value: Uint8Array) => this.batch([{ type: "put", namespace, key, value }], { durable: false }),
      delete: (key: string) => this.batch([{ type: "delete", namespace, key }], { durable: false }),
      range: (range) => this.#range(namespace, checkRange(range)),
    } satisfies StoreNamespace);
  }

  async batch(operations: readonly StoreOperation[], o: { readonly durable: boolean }): Promise<void> {
    const durable = checkDurable(o);
    const copies = copyOperations(operations);
    this.#lifecycle.check();
    await this.#queue.add(copies, { durable });
  }

  close(): Promise<void> {
    return this.#lifecycle.close(() => this.#queue.drained());
  }

  async #get(namespace: string, key: string): Promise<Uint8Array | undefined> {
    const checked = checkKey(key);
    const medium = await this.#lifecycle.use();
    const value: unknown = await this.#during("read", () =>
      medium.with([], async (database) =>
        database.objectStoreNames.contains(namespace) ? database.get(namespace, checked) : undefined,
      ),
    );
    if (value === undefined) return undefined;
    const bytes = bytesOf(value);
    if (bytes === undefined) throw foreignEntryError(this.#name);
    return bytes;
  }

  async *#range(namespace: string, range: CheckedRange): AsyncGenerator<readonly [string, Uint8Array]> {
    if (isEmptyRange(range)) return void (await this.#lifecycle.use());
    let page: IdbPage | undefined;
    for (let left = range.limit; left > 0; left -= page.length) {
      const medium = await this.#lifecycle.use();
      const count = Math.min(left, nextPageLength(page));
      const last = page?.at(-1)?.[0];
      page = await this.#during("read", () =>
        medium.with([], (database) => readPage(database, namespace, range, last, count)),
      );
      if (page.length === 0) return;
      yield* page;
    }
  }

  async #write(operations: readonly StoreOperation[], durable: boolean): Promise<void> {
    if (operations.length === 0) return;
    const medium = await this.#lifecycle.useQueued();
    const names = [...new Set(operations.map(({ namespace }) => namespace))];
    try {
      await this.#during("written", () =>
        medium.with(names, (database) => writeAll(database, names, operations, durable ? "strict" : "relaxed")),
      );
    } catch (error) {
      if (!this.#full && SwarmError.is(error, "STORE_FULL")) this.#tell("store:full", error.message);
      throw error;
    }
    if (this.#full) this.#tell("store:writable", "a write succeeded");
  }

  #tell(name: "store:full" | "store:writable", detail: string): void {
    this.#full = name === "store:full";
    this.#events?.emit(name, { store: this.#name, detail });
  }

  async #during<Value>(doing: string, run: () => Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      throw storeError(error, this.#name, doing);
    }
  }
}

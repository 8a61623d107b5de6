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
  type Random,
  type SignalOptions,
  type Store,
  StoreLifecycle,
  type StoreNamespace,
  type StoreOperation,
  WriteQueue,
} from "@swarm-space/core";
import { endOf, keyAt, placeOf } from "./key-codec.ts";
import { type OpenLevel, openClassicLevel } from "./level-driver.ts";
import { corruptStore } from "./level-errors.ts";
import { LevelMedium } from "./level-medium.ts";
import { type ReserveAt, reserveFile } from "./reserve-file.ts";
import { openValue } from "./value-codec.ts";

const pageEntries = 1_000;

export interface LevelStoreOptions {
  /** Folder of the database; made when it is not there. */
  readonly path: string;
  /** Bytes kept aside so that a full disk can be survived. Default 16 MiB. */
  readonly reserveBytes?: number;
}

/** What the store needs of its node; the last two are for tests of a failing disk. */
export interface LevelStoreContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly events?: EventBus;
  readonly openLevel?: OpenLevel;
  readonly reserveAt?: ReserveAt;
}

/** A durable store in a folder, on LevelDB. Made at once, opened by `open`. */
export function levelStore(
  { path, reserveBytes = 16 * 1_048_576 }: LevelStoreOptions,
  context: LevelStoreContext,
): LevelStore {
  return new LevelStore(path, reserveBytes, context);
}

/** See `levelStore`. */
export class LevelStore implements Store {
  readonly durable = true;
  readonly #path: string;
  readonly #lifecycle: StoreLifecycle<LevelMedium>;
  readonly #queue: WriteQueue;

  constructor(path: string, reserveBytes: number, context: LevelStoreContext) {
    const { clock, random, events, openLevel = openClassicLevel, reserveAt = reserveFile } = context;
    const reserve = reserveAt(path, (bytes) => random.bytes(bytes));
    const folder = { path, open: openLevel, reserve, reserveBytes };
    this.#path = path;
    this.#queue = new WriteQueue({
      write: async (operations, { durable }) => (await this.#lifecycle.useQueued()).write(operations, durable),
    });
    this.#lifecycle = new StoreLifecycle({
      name: path,
      open: (o) => LevelMedium.open({ folder, clock, ...(events === undefined ? {} : { events }) }, o),
      close: (medium) => medium.close(),
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
    const place = placeOf(namespace, checkKey(key));
    const sealed = await (await this.#lifecycle.use()).get(place);
    return sealed === undefined ? undefined : this.#open(place, sealed);
  }

  async *#range(namespace: string, range: CheckedRange): AsyncGenerator<readonly [string, Uint8Array]> {
    if (isEmptyRange(range)) return void (await this.#lifecycle.use());
    const { reverse } = range;
    let bounds: { gte?: Uint8Array; gt?: Uint8Array; lt: Uint8Array } = {
      gte: placeOf(namespace, range.gte),
      lt: range.lt === undefined ? endOf(namespace) : placeOf(namespace, range.lt),
    };
    for (let left = range.limit; left > 0; ) {
      const page = await (await this.#lifecycle.use()).page({ ...bounds, reverse, limit: Math.min(left, pageEntries) });
      for (const [place, sealed] of page) yield [this.#keyAt(place, namespace), this.#open(place, sealed)];
      const last = page.at(-1)?.[0];
      if (last === undefined) return;
      left -= page.length;
      bounds = reverse ? { ...bounds, lt: last } : { gt: last, lt: bounds.lt };
    }
  }

  #open(place: Uint8Array, sealed: Uint8Array): Uint8Array {
    const value = openValue(place, sealed);
    if (value === undefined) throw corruptStore(this.#path, "a value does not fit its checksum");
    return value;
  }

  #keyAt(place: Uint8Array, namespace: string): string {
    const key = keyAt(place, namespace);
    if (key === undefined) throw corruptStore(this.#path, "a key cannot be read");
    return key;
  }
}

import { codeOf, describeError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PluginHandle } from "../ports/plugin.ts";
import type { Store, StoreOperation } from "../ports/store.ts";

/** Both clocks at one moment: what is known is dated by the monotonic one, which means nothing to the next process. */
export interface Moment {
  /** Monotonic ms. */
  readonly now: number;
  /** Wall ms. */
  readonly wall: number;
}

export interface RowKeeperParts<Row> {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBus;
  /** Of the store, and the keeper's alone: what it does not know there is deleted. */
  readonly namespace: string;
  /** What is known now, by key. A row does not change once it was given; where something new was learnt there is another. */
  readonly rows: () => Iterable<readonly [key: string, row: Row]>;
  /** Takes up what an earlier run knew. */
  readonly restore: (row: Row) => void;
  /** The row as bytes, dated by the wall clock. */
  readonly encode: (row: Row, moment: Moment) => Uint8Array;
  /** Undefined: these bytes are no row. They may be anything; it does not throw. */
  readonly decode: (key: string, bytes: Uint8Array, moment: Moment) => Row | undefined;
  /** When the row was last learnt of, in monotonic ms. */
  readonly at: (row: Row) => number;
  /** Whether what the store has is to be written anew. */
  readonly isOther: (stored: Row, row: Row) => boolean;
  /** Older rows are neither kept nor taken up, in milliseconds. */
  readonly keptMs: number;
  /** Rows kept at most: those last learnt of. */
  readonly mostRows: number;
}

/** How often what is known is written, in milliseconds; a crash forgets no more. */
const saveEveryMs = 30_000;

/**
 * Carries what a plugin knows over restarts: read at its start, written every 30 s and at its stop, and only what changed. A store
 * that fails costs memory and no more: it is told as `store:failed`.
 */
export class RowKeeper<Row> implements PluginHandle {
  readonly #parts: RowKeeperParts<Row>;
  /** Keys in the store, and the row that each has there; undefined: none that can be read. */
  readonly #stored = new Map<string, Row | undefined>();
  #timer: Disposable | undefined;
  #saving: Promise<void> = Promise.resolve();
  #running = false;

  constructor(parts: RowKeeperParts<Row>) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#tryTo(() => this.#load());
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (!this.#running) return;
    this.#running = false;
    await this.#save();
  }

  #schedule(): void {
    if (!this.#running) return;
    this.#timer = this.#parts.clock.timer(saveEveryMs, () => {
      void this.#save().then(() => this.#schedule());
    });
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#tryTo(() => this.#write()));
    return this.#saving;
  }

  async #load(): Promise<void> {
    const { store, namespace, decode, restore } = this.#parts;
    for await (const [key, bytes] of store.namespace(namespace).range()) {
      const row = decode(key, bytes, this.#moment());
      this.#stored.set(key, row);
      if (row !== undefined && this.#isFresh(row)) restore(row);
    }
  }

  async #write(): Promise<void> {
    const { store, namespace, encode, isOther } = this.#parts;
    const rows = this.#wanted();
    const gone = [...this.#stored.keys()].filter((key) => !rows.has(key));
    const changed = [...rows].filter(([key, row]) => {
      const stored = this.#stored.get(key);
      return stored === undefined || isOther(stored, row);
    });
    const operations: StoreOperation[] = [
      ...gone.map((key): StoreOperation => ({ type: "delete", namespace, key })),
      ...changed.map(
        ([key, row]): StoreOperation => ({ type: "put", namespace, key, value: encode(row, this.#moment()) }),
      ),
    ];
    if (operations.length === 0) return;
    await store.batch(operations, { durable: false });
    for (const key of gone) this.#stored.delete(key);
    for (const [key, row] of changed) this.#stored.set(key, row);
  }

  #wanted(): ReadonlyMap<string, Row> {
    const { rows, at, mostRows } = this.#parts;
    const fresh = [...rows()].filter(([, row]) => this.#isFresh(row));
    return new Map(fresh.sort(([, one], [, other]) => at(other) - at(one)).slice(0, mostRows));
  }

  #isFresh(row: Row): boolean {
    return this.#parts.clock.now() - this.#parts.at(row) < this.#parts.keptMs;
  }

  #moment(): Moment {
    const { clock } = this.#parts;
    return { now: clock.now(), wall: clock.wall() };
  }

  async #tryTo(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#parts.events.emit("store:failed", { code: codeOf(error, "STORE_FAILED"), detail: describeError(error) });
    }
  }
}

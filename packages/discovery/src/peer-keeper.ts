import {
  type Clock,
  codeOf,
  describeError,
  type EventBus,
  type PluginHandle,
  type Store,
  type StoreOperation,
} from "@swarm-space/core";
import { decodeKnown, encodeKnown, type KnownCandidate, type Moment } from "./kept-peers.ts";

export interface PeerKeeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly known: () => readonly KnownCandidate[];
  readonly restore: (candidate: KnownCandidate) => void;
  /** One not reached for so long is not kept, in milliseconds. */
  readonly staleMs: number;
}

const namespace = "discovery";
/** How often the book is written, in milliseconds; a crash forgets no more. */
const saveEveryMs = 30_000;

/** Carries the book of known peers over restarts. A store that fails costs memory of them and no more: it is told as `store:failed`. */
export class PeerKeeper implements PluginHandle {
  readonly #parts: PeerKeeperParts;
  /** Keys in the store, and the candidate each stands for; undefined: read, and not written since. */
  readonly #stored = new Map<string, KnownCandidate | undefined>();
  #timer: Disposable | undefined;
  #saving: Promise<void> = Promise.resolve();
  #running = false;

  constructor(parts: PeerKeeperParts) {
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
    const { store, restore } = this.#parts;
    for await (const [key, value] of store.namespace(namespace).range()) {
      this.#stored.set(key, undefined);
      const candidate = decodeKnown(key, value, this.#moment());
      if (candidate !== undefined && this.#isFresh(candidate)) restore(candidate);
    }
  }

  async #write(): Promise<void> {
    const rows = new Map(
      this.#parts
        .known()
        .filter((each) => each.peer !== undefined && this.#isFresh(each))
        .map((each) => [each.key, each]),
    );
    const gone = [...this.#stored.keys()].filter((key) => !rows.has(key));
    const changed = [...rows].filter(([key, row]) => isOther(this.#stored.get(key), row));
    const operations: StoreOperation[] = [
      ...gone.map((key): StoreOperation => ({ type: "delete", namespace, key })),
      ...changed.map(
        ([key, row]): StoreOperation => ({ type: "put", namespace, key, value: encodeKnown(row, this.#moment()) }),
      ),
    ];
    if (operations.length === 0) return;
    await this.#parts.store.batch(operations, { durable: false });
    for (const key of gone) this.#stored.delete(key);
    for (const [key, row] of changed) this.#stored.set(key, row);
  }

  #isFresh({ tally }: KnownCandidate): boolean {
    return this.#parts.clock.now() - tally.at < this.#parts.staleMs;
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

/** That it was sighted once more is no reason to write it. */
function isOther(stored: KnownCandidate | undefined, row: KnownCandidate): boolean {
  return stored?.tally !== row.tally || stored.addresses.length !== row.addresses.length;
}

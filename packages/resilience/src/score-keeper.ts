import {
  type Clock,
  codeOf,
  describeError,
  type EventBus,
  type PluginHandle,
  type Store,
  type StoreOperation,
} from "@swarm-space/core";
import { decodeLearnt, encodeLearnt, keyOf, type Learnt, lastAt, type Moment, peerRange } from "./kept-scores.ts";

export interface ScoreKeeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBus;
  /** All that was learnt. */
  readonly learnt: () => Iterable<Learnt>;
  readonly restore: (learnt: Learnt) => void;
  /** Peers kept at most: those last learnt of. */
  readonly mostPeers: number;
  /** What was learnt longer ago has faded, and is not kept; in milliseconds. */
  readonly fadedMs: number;
}

const namespace = "resilience";
/** How often what was learnt is written, in milliseconds; a crash forgets no more. */
const saveEveryMs = 30_000;

/** Carries scores over restarts. A store that fails costs memory of them and no more: it is told as `store:failed`. */
export class ScoreKeeper implements PluginHandle {
  readonly #parts: ScoreKeeperParts;
  /** Keys in the store, and of when what they say is. */
  readonly #stored = new Map<string, number>();
  #timer: Disposable | undefined;
  #saving: Promise<void> = Promise.resolve();
  #running = false;

  constructor(parts: ScoreKeeperParts) {
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
    const { store } = this.#parts;
    const part = store.namespace(namespace);
    const general = await part.get(keyOf(undefined));
    if (general !== undefined) this.#read(keyOf(undefined), general);
    for await (const [key, value] of part.range(peerRange)) this.#read(key, value);
  }

  #read(key: string, value: Uint8Array): void {
    const { clock, restore, fadedMs } = this.#parts;
    const learnt = decodeLearnt(key, value, this.#moment());
    const at = learnt === undefined ? Number.NEGATIVE_INFINITY : lastAt(learnt);
    this.#stored.set(key, at);
    if (learnt !== undefined && clock.now() - at < fadedMs) restore(learnt);
  }

  async #write(): Promise<void> {
    const { store, learnt, mostPeers, clock, fadedMs } = this.#parts;
    const fresh = [...learnt()].filter((row) => clock.now() - lastAt(row) < fadedMs);
    const general = fresh.filter(({ peer }) => peer === undefined);
    const peers = fresh.filter(({ peer }) => peer !== undefined).sort((a, b) => lastAt(b) - lastAt(a));
    const rows = new Map([...general, ...peers.slice(0, mostPeers)].map((row) => [keyOf(row.peer), row]));
    const gone = [...this.#stored.keys()].filter((key) => !rows.has(key));
    const changed = [...rows].filter(([key, row]) => this.#stored.get(key) !== lastAt(row));
    const operations: StoreOperation[] = [
      ...gone.map((key): StoreOperation => ({ type: "delete", namespace, key })),
      ...changed.map(
        ([key, row]): StoreOperation => ({ type: "put", namespace, key, value: encodeLearnt(row, this.#moment()) }),
      ),
    ];
    if (operations.length === 0) return;
    const changes = changed.map(([key, row]) => [key, lastAt(row)] as const);
    await store.batch(operations, { durable: false });
    for (const key of gone) this.#stored.delete(key);
    for (const [key, at] of changes) this.#stored.set(key, at);
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

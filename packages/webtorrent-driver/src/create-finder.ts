import {
  type Announcement,
  aborted,
  type ChildAbort,
  childAbort,
  oneAtATime,
  type PeerId,
  type Sighting,
  type SignalOptions,
} from "@swarm-space/core";
import { Sightings } from "@swarm-space/core/medium";
import { openComponents } from "./components-search.ts";
import { daysAt, infoHashOf, sameDaysForMs } from "./daily-hash.ts";
import type { Finder, FinderOptions, FinderStatus, RefusalReason } from "./finder.ts";
import type { Search } from "./search.ts";
import { Tally } from "./tally.ts";
import { openWebTorrent } from "./webtorrent-search.ts";

/** A finder, at rest: nothing is loaded or opened before somebody announces or looks. */
export function createFinder({ dht, trackers, ...options }: FinderOptions): Finder {
  return new RoomFinder({
    ...options,
    ...(dht?.bootstrap.length ? { dht } : {}),
    ...(trackers?.urls.length ? { trackers } : {}),
  });
}

/** The wall clock may be set: the day is asked for at least so often. */
const mostBetweenDaysMs = 600_000;

class RoomFinder implements Finder {
  readonly id = "webtorrent";
  readonly #options: FinderOptions;
  readonly #sightings = new Sightings();
  readonly #tallies: ReadonlyMap<string, Tally>;
  /** Those who announce or look: it is open as long as there are some. */
  readonly #users = new Set<ChildAbort>();
  #announcing = 0;
  #search: Search | undefined;
  #days: Disposable | undefined;
  /** Opening and closing, one after the other. */
  readonly #inTurn = oneAtATime();

  constructor(options: FinderOptions) {
    this.#options = options;
    const { dht, trackers } = options;
    const sources = [...(dht === undefined ? [] : ["dht"]), ...(trackers?.urls ?? [])];
    this.#tallies = new Map(sources.map((source) => [source, new Tally(source)]));
  }

  async announce(_self: Announcement, { signal }: SignalOptions): Promise<void> {
    if (signal.aborted) return;
    const user = this.#enter(signal);
    this.#announcing += 1;
    try {
      await this.#settle();
      this.#search?.look();
      await aborted(user.signal);
    } finally {
      this.#announcing -= 1;
      await this.#leave(user);
    }
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting, void> {
    if (signal.aborted) return;
    const user = this.#enter(signal);
    const seen = this.#sightings.watch(user.signal);
    try {
      // It listens before anybody is asked.
      const first = seen.next();
      await this.#settle();
      this.#search?.look();
      const { value } = await first;
      if (value) yield value;
      yield* seen;
    } finally {
      user.abort();
      await seen.return();
      await this.#leave(user);
    }
  }

  status(): FinderStatus {
    const told = new Map(this.#search?.status().map((each) => [each.source, each]));
    const sources = [...this.#tallies.values()].map((tally) => ({
      ...(told.get(tally.source) ?? { state: "idle" as const, size: 0 }),
      ...tally.counts(),
    }));
    return { engine: this.#options.engine === "components" ? "components" : "webtorrent", sources };
  }

  woke(): void {
    this.#search?.woke();
    this.#search?.look();
  }

  async close(_o: SignalOptions): Promise<void> {
    for (const user of this.#users) user.abort();
    this.#users.clear();
    await this.#settle();
  }

  #enter(signal: AbortSignal): ChildAbort {
    const user = childAbort(signal);
    this.#users.add(user);
    return user;
  }

  async #leave(user: ChildAbort): Promise<void> {
    this.#users.delete(user);
    user.abort();
    user[Symbol.dispose]();
    await this.#settle().catch(() => undefined);
  }

  /** Open while somebody uses it, else closed. Rejects where it cannot be opened. */
  #settle(): Promise<void> {
    return this.#inTurn(() => (this.#users.size > 0 ? this.#open() : this.#end()));
  }

  async #open(): Promise<void> {
    if (this.#search) return;
    const options = this.#options;
    const { clock, random } = options;
    this.#search = await (options.engine === "components" ? openComponents : openWebTorrent)({
      options,
      clock,
      random,
      infoHashes: await this.#infoHashes(),
      self: () => (this.#announcing > 0 ? options.self : undefined),
      met: (source, peer) => this.#met(source, peer),
      dropped: (source, reason) => this.#dropped(source, reason),
    });
    this.#watchDays();
  }

  async #end(): Promise<void> {
    this.#days?.[Symbol.dispose]();
    this.#days = undefined;
    const search = this.#search;
    this.#search = undefined;
    await search?.close();
  }

  #infoHashes(): Promise<readonly string[]> {
    const { clock, network, suite } = this.#options;
    return Promise.all(daysAt(clock.wall()).map((day) => infoHashOf(network, day, suite?.())));
  }

  #watchDays(): void {
    const { clock } = this.#options;
    this.#days = clock.timer(Math.min(sameDaysForMs(clock.wall()), mostBetweenDaysMs), () => {
      const search = this.#search;
      void this.#infoHashes().then((infoHashes) => {
        if (this.#search === search) search?.meetUnder(infoHashes);
      });
      this.#watchDays();
    });
  }

  #met(source: string, peer: PeerId): void {
    this.#tallies.get(source)?.found();
    this.#sightings.tell({ peer, addresses: [], source: this.id });
  }

  #dropped(source: string, reason: RefusalReason): void {
    this.#tallies.get(source)?.dropped(reason);
    this.#options.refused?.(source, reason);
  }
}

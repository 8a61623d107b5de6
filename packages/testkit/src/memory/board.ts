import type { Address, Clock, PeerId, Sighting, TransportId } from "@swarm-space/core";

/** Who can be found by whom: peers of one swarm network on one transport. */
export interface Notice {
  readonly transport: TransportId;
  readonly swarmNetwork: string;
  /** The address value of its node, so that nobody sees itself. */
  readonly name: string;
  readonly peer: PeerId | undefined;
  addresses(): readonly Address[];
}

/** The notice board behind memory discovery. Bounded by those who hang up notices: one for each open transport. */
export class Board {
  readonly #notices = new Set<Notice>();
  readonly #watchers = new Set<(notice: Notice) => void>();

  /** @returns takes it down. Twice is harmless */
  post(notice: Notice): () => void {
    this.#notices.add(notice);
    this.renew(notice);
    return () => void this.#notices.delete(notice);
  }

  /** Shows a notice that still hangs once more. */
  renew(notice: Notice): void {
    if (!this.#notices.has(notice)) return;
    for (const watcher of [...this.#watchers]) watcher(notice);
  }

  /** Shows the notices of one node on one transport once more. */
  renewAll(transport: TransportId, name: string): void {
    for (const notice of this.#notices) if (notice.transport === transport && notice.name === name) this.renew(notice);
  }

  /** All notices of others now, then each new one, and all again at each repetition, until the signal aborts. */
  async *watch(o: WatchOptions): AsyncGenerator<Sighting> {
    const { reader, signal, clock } = o;
    const concerns = (notice: Notice) =>
      notice.name !== reader.name &&
      notice.transport === reader.transport &&
      notice.swarmNetwork === reader.swarmNetwork;
    // A set: a notice that hangs waits once, however often it changes, so this is bounded by the board.
    const waiting = new Set([...this.#notices].filter(concerns));
    let wake = Promise.withResolvers<void>();
    const watcher = (notice: Notice) => {
      if (!concerns(notice)) return;
      waiting.add(notice);
      wake.resolve();
    };
    const abort = () => wake.resolve();
    const repeat = () => {
      for (const notice of this.#notices) watcher(notice);
      timer = clock?.timer(o.repeatMs, repeat);
    };
    this.#watchers.add(watcher);
    signal.addEventListener("abort", abort, { once: true });
    let timer = clock?.timer(o.repeatMs, repeat);
    try {
      while (!signal.aborted) {
        for (const notice of waiting) {
          waiting.delete(notice);
          const addresses = this.#notices.has(notice) ? notice.addresses() : [];
          const peer = notice.peer === undefined ? {} : { peer: notice.peer };
          if (addresses.length > 0) yield { ...peer, addresses, source: o.source };
          if (signal.aborted) return;
        }
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      timer?.[Symbol.dispose]();
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", abort);
    }
  }
}

export interface WatchOptions {
  readonly reader: Pick<Notice, "transport" | "swarmNetwork" | "name">;
  /** Written on each sighting. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** Tells when to repeat. Without it nothing is repeated. */
  readonly clock: Clock | undefined;
  readonly repeatMs: number;
}

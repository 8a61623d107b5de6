import type { Address, PeerId, Sighting, SignalOptions, TransportId } from "@swarm-space/core";

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

  /** All notices of others now, then each new one, until the signal aborts. */
  async *watch(
    reader: Pick<Notice, "transport" | "swarmNetwork" | "name">,
    source: string,
    o: SignalOptions,
  ): AsyncGenerator<Sighting> {
    const concerns = (notice: Notice) =>
      notice.name !== reader.name &&
      notice.transport === reader.transport &&
      notice.swarmNetwork === reader.swarmNetwork;
    // A set: a notice that hangs waits once, however often it changes, so this is bounded by the board.
    const waiting = new Set([...this.#notices].filter(concerns));
    let wake = Promise.withResolvers<void>();
    const watcher = (notice: Notice) => {
      if (concerns(notice)) waiting.add(notice);
      wake.resolve();
    };
    const abort = () => wake.resolve();
    this.#watchers.add(watcher);
    o.signal.addEventListener("abort", abort, { once: true });
    try {
      while (!o.signal.aborted) {
        for (const notice of waiting) {
          waiting.delete(notice);
          const addresses = notice.addresses();
          if (addresses.length > 0)
            yield { ...(notice.peer === undefined ? {} : { peer: notice.peer }), addresses, source };
          if (o.signal.aborted) return;
        }
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#watchers.delete(watcher);
      o.signal.removeEventListener("abort", abort);
    }
  }
}

import type { EventBus, TransportId } from "@swarm-space/core";

export interface RoadCount {
  /** News that this transport brought first: ends of chains, and announcements of transactions. */
  readonly in: number;
  /** The same news of the same peers, brought by this transport after another had. */
  readonly doubles: number;
  /** Own news that was given to it: one for each peer that it joined then. Whether each arrived, the peers know. */
  readonly out: number;
}

/** Transports that are counted apart; further ones are not. */
const mostRoads = 64;
const none: RoadCount = Object.freeze({ in: 0, doubles: 0, out: 0 });

/** How much news each transport carried. */
export class RoadCounts {
  readonly #counts = new Map<TransportId, RoadCount>();

  /** Counts the copies of this channel's letters. @returns the undo */
  follow(events: EventBus, own: string): () => void {
    return events.on("message:duplicate", ({ channel, transport }) => {
      if (channel === own) this.add(transport, "doubles");
    });
  }

  add(road: TransportId, what: keyof RoadCount): void {
    const count = this.#counts.get(road) ?? none;
    if (count === none && this.#counts.size >= mostRoads) return;
    this.#counts.set(road, { ...count, [what]: count[what] + 1 });
  }

  all(): Readonly<Record<TransportId, RoadCount>> {
    return Object.fromEntries(this.#counts);
  }
}

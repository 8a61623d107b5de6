import type { TransportId } from "@swarm-space/core";

export interface RoadCount {
  /** Ends of chains that were heard by this transport first. */
  readonly in: number;
  /** New ends of our chain that were given to it: one for each peer that it joined then. Whether each arrived, the peers know. */
  readonly out: number;
}

/** Transports that are counted apart; further ones are not. */
const mostRoads = 64;

/** How many ends of chains each transport carried. */
export class RoadCounts {
  readonly #counts = new Map<TransportId, RoadCount>();

  in(road: TransportId): void {
    this.#add(road, { in: 1, out: 0 });
  }

  out(road: TransportId): void {
    this.#add(road, { in: 0, out: 1 });
  }

  all(): Readonly<Record<TransportId, RoadCount>> {
    return Object.fromEntries(this.#counts);
  }

  #add(road: TransportId, more: RoadCount): void {
    const count = this.#counts.get(road);
    if (count === undefined && this.#counts.size >= mostRoads) return;
    this.#counts.set(road, { in: (count?.in ?? 0) + more.in, out: (count?.out ?? 0) + more.out });
  }
}

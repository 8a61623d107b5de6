import type { Clock, DiscoverySource, PeerId, Sighting, SignalOptions, TransportId } from "@swarm-space/core";
import type { Board } from "./board.ts";

export interface MemoryDiscoveryOptions {
  readonly board: Board;
  /** Also the source's id. */
  readonly transport: TransportId;
  /** The own address value. */
  readonly name: string;
  readonly swarmNetwork: string;
  /** Which peers it reports. Default: all. A peer that told no id is reported only without this option. */
  readonly sees?: readonly PeerId[] | ((peer: PeerId) => boolean);
  /** For repetitions. Without a clock each node is reported once, and again after an outage. */
  readonly clock?: Clock;
  /** All are reported again after so many milliseconds. Default 60,000. */
  readonly repeatMs?: number;
}

/** Sees every node whose memory transport of the same id is open: to be open is to be announced. */
export class MemoryDiscovery implements DiscoverySource {
  readonly id: string;
  readonly #o: MemoryDiscoveryOptions;

  constructor(o: MemoryDiscoveryOptions) {
    this.#o = o;
    this.id = o.transport;
  }

  async *discover({ signal }: SignalOptions): AsyncGenerator<Sighting> {
    const { board, clock, repeatMs = 60_000 } = this.#o;
    for await (const sighting of board.watch({ reader: this.#o, source: this.id, signal, clock, repeatMs })) {
      if (this.#reports(sighting.peer)) yield sighting;
    }
  }

  #reports(peer: PeerId | undefined): boolean {
    const { sees } = this.#o;
    if (sees === undefined) return true;
    if (peer === undefined) return false;
    return typeof sees === "function" ? sees(peer) : sees.includes(peer);
  }
}

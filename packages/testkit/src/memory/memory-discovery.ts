import type {
  Address,
  Announcement,
  DiscoverySource,
  PeerId,
  Sighting,
  SignalOptions,
  TransportId,
} from "@swarm-space/core";
import type { Board } from "./board.ts";
import { either } from "./dial.ts";

export interface MemoryDiscoveryOptions {
  readonly board: Board;
  /** Also the source's id. */
  readonly transport: TransportId;
  /** The own address value. */
  readonly name: string;
  readonly swarmNetwork: string;
  /** Which peers it reports. Default: all. A peer that told no id is reported only without this option. */
  readonly sees?: readonly PeerId[] | ((peer: PeerId) => boolean);
}

/** Sees every node whose memory transport of the same id is open, and those who announce themselves. */
export class MemoryDiscovery implements DiscoverySource {
  readonly id: string;
  readonly #o: MemoryDiscoveryOptions;

  constructor(o: MemoryDiscoveryOptions) {
    this.#o = o;
    this.id = o.transport;
  }

  async *discover(o: SignalOptions): AsyncGenerator<Sighting> {
    for await (const sighting of this.#o.board.watch(this.#o, this.id, o)) {
      if (this.#reports(sighting.peer)) yield sighting;
    }
  }

  /** The open transport is findable by itself; this adds the node's addresses on its other transports. Resolves when the signal aborts. */
  async announce(self: Announcement, o: SignalOptions): Promise<void> {
    const addresses: readonly Address[] = self.addresses;
    const unpost = this.#o.board.post({ ...this.#o, peer: self.peer, addresses: () => addresses });
    try {
      await either(o.signal, () => () => undefined);
    } catch (error) {
      if (!o.signal.aborted) throw error;
    } finally {
      unpost();
    }
  }

  #reports(peer: PeerId | undefined): boolean {
    const { sees } = this.#o;
    if (sees === undefined) return true;
    if (peer === undefined) return false;
    return typeof sees === "function" ? sees(peer) : sees.includes(peer);
  }
}

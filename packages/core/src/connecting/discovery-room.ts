import type { Clock } from "../ports/clock.ts";
import type { Discovery, DiscoverySource, Sighting } from "../ports/discovery.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { Transport } from "../ports/transport.ts";
import { pause } from "../system/pause.ts";
import type { AddressBook } from "./address-book.ts";
import { againMostMs, keepAsking } from "./keep-asking.ts";
import type { Switchboard } from "./switchboard.ts";

export interface DiscoveryRoomRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Logger;
  readonly addresses: AddressBook;
  readonly switchboard: Switchboard;
  readonly discovery: Discovery;
  readonly sources: readonly DiscoverySource[];
  readonly transports: readonly Transport[];
  /** Our letter key card, empty while there is none. */
  readonly card: () => Uint8Array;
  /** A source showed a peer's card. */
  readonly noteCard: (peer: PeerId, card: Uint8Array) => void;
}

/** Notes what discovery holds worth noting, and announces this node to each source from the start. */
export class DiscoveryRoom {
  readonly #rooms: DiscoveryRoomRooms;
  #stop = new AbortController();

  constructor(rooms: DiscoveryRoomRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const take = (sighting: Sighting) => !signal.aborted && this.#take(sighting);
    const looking = { source: "discovery", what: "the look for peers" };
    void keepAsking(this.#rooms, looking, signal, async () => this.#rooms.discovery.look(take, { signal }));
    for (const source of this.#rooms.sources) {
      if (source.announce === undefined) continue;
      const asking = { source: source.id, what: "announcement" };
      void keepAsking(this.#rooms, asking, signal, () => this.#announce(source, signal));
    }
  }

  close(reason: unknown): void {
    this.#stop.abort(reason);
  }

  #take(sighting: Sighting): boolean {
    if (!this.#rooms.addresses.note(sighting)) return false;
    const { peer, card, source } = sighting;
    if (peer !== undefined && card !== undefined) this.#rooms.noteCard(peer, card);
    this.#rooms.events.emit("peer:sighted", { peer, source });
    return true;
  }

  async #announce(source: DiscoverySource, signal: AbortSignal): Promise<void> {
    const { self, switchboard } = this.#rooms;
    // At each change told anew: where this node can be reached is another.
    for await (const turn of switchboard.turns(source, { signal }, () => true)) {
      const transports = this.#rooms.transports.filter((transport) => !switchboard.isOff(transport));
      const addresses = transports.flatMap((transport) => transport.addresses());
      const card = this.#rooms.card();
      await source.announce?.({ peer: self, addresses, ...(card.length > 0 ? { card } : {}) }, turn);
      if (!turn.signal.aborted) await pause(this.#rooms.clock, againMostMs, turn.signal);
    }
  }
}

import type { Clock, EventBus, PeerId, TransportId } from "@swarm-space/core";
import { SyncPeer } from "./sync-peer.ts";

/** Connected peers, and the transports that join us. */
export class PeerRoom {
  readonly #peers = new Map<PeerId, SyncPeer>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly SyncPeer[] {
    return [...this.#peers.values()];
  }

  get(peer: PeerId): SyncPeer | undefined {
    return this.#peers.get(peer);
  }

  /** One that spoke before its connection was told of stands here, too. */
  meet(peer: PeerId): SyncPeer {
    const known = this.#peers.get(peer) ?? new SyncPeer(peer, this.#clock.now());
    this.#peers.set(peer, known);
    return known;
  }

  /** Follows the kernel's events. @returns the undo */
  follow(events: EventBus, o: { readonly met: (peer: SyncPeer) => void; readonly gone: (peer: SyncPeer) => void }) {
    const count = (peer: PeerId, transport: TransportId, by: number) => {
      const roads = this.#peers.get(peer)?.roads;
      const left = (roads?.get(transport) ?? 0) + by;
      if (left > 0) roads?.set(transport, left);
      else roads?.delete(transport);
    };
    const undo = [
      events.on("connection:open", ({ peer, transport }) => {
        this.meet(peer);
        count(peer, transport, 1);
      }),
      events.on("connection:close", ({ peer, transport }) => count(peer, transport, -1)),
      events.on("peer:connect", ({ peer }) => o.met(this.meet(peer))),
      events.on("peer:disconnect", ({ peer }) => {
        const known = this.#peers.get(peer);
        this.#peers.delete(peer);
        if (known !== undefined) o.gone(known);
      }),
    ];
    return () => {
      for (const each of undo) each();
      this.#peers.clear();
    };
  }
}

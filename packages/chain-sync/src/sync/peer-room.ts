import type { Clock, EventBus, PeerId, TransportId } from "@swarm-space/core";
import { setBounded } from "@swarm-space/core/medium";
import { Allowance } from "./allowance.ts";
import { SyncPeer } from "./sync-peer.ts";

/** Peers that left and whose allowances are remembered. */
const mostLeft = 1_024;

/** Connected peers, and the transports that join us. */
export class PeerRoom {
  readonly #peers = new Map<PeerId, SyncPeer>();
  readonly #left = new Map<PeerId, Allowance>();
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
    const known = this.#peers.get(peer);
    if (known !== undefined) return known;
    const met = new SyncPeer(peer, this.#left.get(peer) ?? new Allowance(this.#clock.now()));
    this.#left.delete(peer);
    this.#peers.set(peer, met);
    return met;
  }

  /** Who speaks: it has the channel that it may have been without. */
  hear(id: PeerId): SyncPeer | undefined {
    const peer = this.#peers.get(id);
    if (peer !== undefined) peer.isDeaf = false;
    return peer;
  }

  #part(peer: SyncPeer): void {
    this.#peers.delete(peer.id);
    peer.isDeaf = true;
    setBounded(this.#left, peer.id, peer.allowed, mostLeft);
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
        if (known === undefined) return;
        this.#part(known);
        o.gone(known);
      }),
    ];
    return () => {
      for (const each of undo) each();
      this.#peers.clear();
      this.#left.clear();
    };
  }
}

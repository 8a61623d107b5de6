import { getOrMake } from "./map-of.ts";
import type { RelayPeer } from "./relay-peer.ts";

/**
 * Which peers asked for which soul. A client's interest ends with its connection; a relay's must be renewed,
 * for it speaks for clients that may be gone. Per peer the oldest interest gives way beyond the cap.
 */
export class Interests {
  readonly #bySoul = new Map<string, Map<RelayPeer, number>>();
  readonly #byPeer = new Map<RelayPeer, Set<string>>();
  readonly #relayTtlMs: number;

  constructor(relayTtlMs: number) {
    this.#relayTtlMs = relayTtlMs;
  }

  get size(): number {
    return this.#bySoul.size;
  }

  add(soul: string, peer: RelayPeer, nowMs: number): void {
    const souls = getOrMake(this.#byPeer, peer, () => new Set<string>());
    souls.delete(soul);
    souls.add(soul);
    const peers = getOrMake(this.#bySoul, soul, () => new Map<RelayPeer, number>());
    peers.set(peer, peer.isRelay ? nowMs + this.#relayTtlMs : Number.POSITIVE_INFINITY);
    if (souls.size <= peer.maxInterests) return;
    for (const oldest of souls) {
      this.#remove(oldest, peer);
      souls.delete(oldest);
      break;
    }
  }

  /** Those who asked for the soul and whose asking still holds. */
  *of(soul: string, nowMs: number): Generator<RelayPeer> {
    for (const [peer, until] of this.#bySoul.get(soul) ?? []) {
      if (until > nowMs) yield peer;
      else {
        this.#remove(soul, peer);
        this.#byPeer.get(peer)?.delete(soul);
      }
    }
  }

  /** Souls that clients here want: what other relays are asked for again and again. */
  *ofClients(): Generator<string> {
    for (const [soul, peers] of this.#bySoul) {
      for (const peer of peers.keys()) {
        if (peer.isRelay) continue;
        yield soul;
        break;
      }
    }
  }

  /** Souls that anybody but one peer wants: what a relay that joins is asked for. */
  *ofOthers(than: RelayPeer, nowMs: number): Generator<string> {
    for (const [soul, peers] of this.#bySoul) {
      for (const [peer, until] of peers) {
        if (peer === than || until <= nowMs) continue;
        yield soul;
        break;
      }
    }
  }

  leave(peer: RelayPeer): void {
    for (const soul of this.#byPeer.get(peer) ?? []) this.#remove(soul, peer);
    this.#byPeer.delete(peer);
  }

  #remove(soul: string, peer: RelayPeer): void {
    const peers = this.#bySoul.get(soul);
    peers?.delete(peer);
    if (peers?.size === 0) this.#bySoul.delete(soul);
  }
}

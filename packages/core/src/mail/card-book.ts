import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";
import type { StrictVerifier } from "../security/ed25519-strict.ts";
import { glanceAtCard, type LetterKeyCard, openLetterKeyCard } from "../security/letter-key-card.ts";
import { isPeerId } from "../security/peer-id.ts";

const namespace = "cards";
/** Peers whose letter key is remembered; the longest unseen goes first. */
const maxCards = 4_096;
/** Peers of whose letter key discovery spoke, and nobody else. */
const maxHints = 1_024;

/**
 * Who showed a card: the peer over a link, just now; the peer in a sealed letter, which may have lain for days or come again;
 * or discovery, which is anybody.
 */
export type CardWitness = "link" | "letter" | "discovery";

export interface CardBookRooms {
  readonly network: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly verifier: StrictVerifier;
  readonly onFailed: (error: unknown) => void;
}

/** The newest letter key that each peer showed. What a peer itself shows goes before what discovery says, and outlives any flood of that. */
export class CardBook {
  readonly #rooms: CardBookRooms;
  readonly #cards = new Map<PeerId, Uint8Array>();
  readonly #hints = new Map<PeerId, Uint8Array>();

  constructor(rooms: CardBookRooms) {
    this.#rooms = rooms;
  }

  async load(): Promise<void> {
    const { store } = this.#rooms;
    if (!store.durable) return;
    for await (const [peer, bytes] of store.namespace(namespace).range({ limit: maxCards })) {
      if (isPeerId(peer) && !this.#cards.has(peer)) this.#cards.set(peer, bytes);
    }
  }

  has(peer: PeerId): boolean {
    return this.#cards.has(peer) || this.#hints.has(peer);
  }

  note(peer: PeerId, bytes: Uint8Array, by: CardWitness): void {
    const glance = glanceAtCard(bytes);
    if (glance?.peer !== peer) return;
    const known = this.#cards.get(peer);
    if (by === "discovery") {
      if (known === undefined) setNewest(this.#hints, peer, bytes, maxHints);
      return;
    }
    // An old letter that comes again must not bring back an old key.
    const isOlder =
      by === "letter" && glance.notBefore < (known === undefined ? 0 : (glanceAtCard(known)?.notBefore ?? 0));
    if (isOlder) return;
    this.#hints.delete(peer);
    const oldest = setNewest(this.#cards, peer, bytes, maxCards);
    if (!(known && equal(known, bytes))) this.#write(peer, bytes);
    if (oldest !== undefined) this.#erase(oldest);
  }

  /** The peer's card, checked. A card that does not hold, or no longer, is forgotten. */
  find(peer: PeerId): LetterKeyCard | undefined {
    const own = this.#checked(peer, this.#cards.get(peer));
    if (own !== undefined) return own;
    if (this.#cards.delete(peer)) this.#erase(peer);
    const hint = this.#checked(peer, this.#hints.get(peer));
    if (hint === undefined) this.#hints.delete(peer);
    return hint;
  }

  #checked(peer: PeerId, bytes: Uint8Array | undefined): LetterKeyCard | undefined {
    if (bytes === undefined) return undefined;
    const { network, clock, verifier } = this.#rooms;
    try {
      const card = openLetterKeyCard(bytes, { network, wallMs: clock.wall(), verifier });
      return card.peer === peer ? card : undefined;
    } catch {
      // The peer will show a newer one.
      return undefined;
    }
  }

  #write(peer: PeerId, value: Uint8Array): void {
    const { store, onFailed } = this.#rooms;
    if (store.durable) store.batch([{ type: "put", namespace, key: peer, value }], { durable: false }).catch(onFailed);
  }

  #erase(peer: PeerId): void {
    const { store, onFailed } = this.#rooms;
    if (store.durable) store.batch([{ type: "delete", namespace, key: peer }], { durable: false }).catch(onFailed);
  }
}

/** Gives the key that had to go. */
function setNewest(map: Map<PeerId, Uint8Array>, peer: PeerId, bytes: Uint8Array, most: number): PeerId | undefined {
  map.delete(peer);
  map.set(peer, bytes);
  const [oldest] = map.keys();
  if (map.size <= most || oldest === undefined) return undefined;
  map.delete(oldest);
  return oldest;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

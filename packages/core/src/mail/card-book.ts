import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";
import type { StrictVerifier } from "../security/ed25519-strict.ts";
import { type LetterKeyCard, openLetterKeyCard } from "../security/letter-key-card.ts";
import { isPeerId } from "../security/peer-id.ts";

const namespace = "cards";
/** Peers whose letter key is remembered; the longest unseen goes first. */
const maxCards = 4_096;
const maxCardBytes = 512;

export interface CardBookRooms {
  readonly network: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly verifier: StrictVerifier;
  readonly onFailed: (error: unknown) => void;
}

/** The newest letter key that each peer showed. What a proven peer shows goes before what discovery says. */
export class CardBook {
  readonly #rooms: CardBookRooms;
  readonly #cards = new Map<PeerId, { readonly bytes: Uint8Array; readonly proven: boolean }>();

  constructor(rooms: CardBookRooms) {
    this.#rooms = rooms;
  }

  async load(): Promise<void> {
    const { store } = this.#rooms;
    if (!store.durable) return;
    for await (const [peer, bytes] of store.namespace(namespace).range({ limit: maxCards })) {
      if (isPeerId(peer) && !this.#cards.has(peer)) this.#cards.set(peer, { bytes, proven: true });
    }
  }

  has(peer: PeerId): boolean {
    return this.#cards.has(peer);
  }

  /** @param proven the peer itself showed it, over a link or in a letter of its own */
  note(peer: PeerId, bytes: Uint8Array, proven: boolean): void {
    if (bytes.length === 0 || bytes.length > maxCardBytes) return;
    const known = this.#cards.get(peer);
    if (known?.proven && !proven) return;
    this.#cards.delete(peer);
    this.#cards.set(peer, { bytes, proven });
    if (proven && !(known && equal(known.bytes, bytes))) this.#write(peer, bytes);
    const [oldest] = this.#cards.keys();
    if (this.#cards.size > maxCards && oldest !== undefined) this.#forget(oldest);
  }

  /** The peer's card, checked. A card that does not hold, or no longer, is forgotten. */
  find(peer: PeerId): LetterKeyCard | undefined {
    const known = this.#cards.get(peer);
    if (known === undefined) return undefined;
    const { network, clock, verifier } = this.#rooms;
    try {
      const card = openLetterKeyCard(known.bytes, { network, wallMs: clock.wall(), verifier });
      if (card.peer === peer) return card;
    } catch {
      // Forgotten below: the peer will show a newer one.
    }
    this.#forget(peer);
    return undefined;
  }

  #write(peer: PeerId, value: Uint8Array): void {
    const { store, onFailed } = this.#rooms;
    if (store.durable) store.batch([{ type: "put", namespace, key: peer, value }], { durable: false }).catch(onFailed);
  }

  #forget(peer: PeerId): void {
    this.#cards.delete(peer);
    const { store, onFailed } = this.#rooms;
    if (store.durable) store.batch([{ type: "delete", namespace, key: peer }], { durable: false }).catch(onFailed);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

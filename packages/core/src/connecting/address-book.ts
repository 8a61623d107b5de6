import { setBounded } from "../door/bounded-map.ts";
import type { Clock } from "../ports/clock.ts";
import type { Sighting } from "../ports/discovery.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Address, Target } from "../ports/transport.ts";

/** Most addresses kept of one peer, the newest. */
const maxAddresses = 16;
const maxAddressLength = 1_024;
/** A peer that no source saw for this long is dialled only for letters. */
export const freshMs = 600_000;

interface Entry {
  readonly peer: PeerId | undefined;
  readonly addresses: Map<string, Address>;
  seenAt: number;
}

/** Where peers were said to be. Hints: bounded, and refreshed by each sighting. */
export class AddressBook {
  readonly #clock: Clock;
  readonly #self: PeerId;
  readonly #most: number;
  readonly #entries = new Map<string, Entry>();
  /** Whose an address proved to be that was sighted without a peer. */
  readonly #owners = new Map<string, PeerId>();
  readonly #listeners = new Set<(key: string) => void>();

  constructor(clock: Clock, self: PeerId, most: number) {
    this.#clock = clock;
    this.#self = self;
    this.#most = most;
  }

  /** Notes a sighting. False: it holds nothing usable, or is this node. */
  note(sighting: Sighting): boolean {
    const addresses = sighting.addresses.filter(isAddress);
    const [first] = addresses;
    const peer = sighting.peer ?? (first && this.#owners.get(addressKey(first)));
    if (peer === this.#self) return false;
    const key = peer ?? (first ? addressKey(first) : undefined);
    if (key === undefined) return false;
    const entry: Entry = this.#entries.get(key) ?? { peer, addresses: new Map(), seenAt: 0 };
    entry.seenAt = this.#clock.now();
    for (const address of addresses) {
      entry.addresses.delete(addressKey(address));
      entry.addresses.set(addressKey(address), address);
    }
    trim(entry.addresses, maxAddresses);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    trim(this.#entries, this.#most);
    for (const listener of [...this.#listeners]) listener(key);
    return true;
  }

  /** What is known of a peer; without addresses where nobody saw it. */
  target(peer: PeerId): Target {
    return { peer, addresses: [...(this.#entries.get(peer)?.addresses.values() ?? [])] };
  }

  /** Who is at an address that was sighted without a peer: sightings of it are this peer's from now on, and no reason to dial it anew. */
  identify(peer: PeerId, address: Address): void {
    this.#remove(addressKey(address), address);
    setBounded(this.#owners, addressKey(address), peer, this.#most);
    this.note({ peer, addresses: [address], source: "dial" });
  }

  /** An address that led to another peer. Where it had proven to be this one's, whoever is there now is to be asked. */
  forget(peer: PeerId | undefined, address: Address): void {
    const key = addressKey(address);
    this.#remove(peer ?? key, address);
    if (peer === undefined || this.#owners.get(key) !== peer) return;
    this.#owners.delete(key);
    this.note({ addresses: [address], source: "dial" });
  }

  /** Targets seen lately, the newest first. */
  fresh(): Target[] {
    const since = this.#clock.now() - freshMs;
    const targets: Target[] = [];
    for (const { peer, addresses, seenAt } of this.#entries.values()) {
      if (seenAt < since) continue;
      targets.push(
        peer === undefined ? { addresses: [...addresses.values()] } : { peer, addresses: [...addresses.values()] },
      );
    }
    return targets.reverse();
  }

  /** Calls `listener` with the peer, or the address of an unknown one, at each sighting. Returns its unsubscribe. */
  onChange(listener: (key: string) => void): () => void {
    const own = (key: string) => listener(key);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #remove(key: string, address: Address): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.addresses.delete(addressKey(address));
    if (entry.addresses.size === 0) this.#entries.delete(key);
  }
}

/** Names an address as a way does while its peer is unknown. */
export function addressKey({ transport, value, rendezvous }: Address): string {
  return `${transport}:${value}${rendezvous === undefined ? "" : `@${rendezvous}`}`;
}

function isAddress(address: Address): boolean {
  return (
    typeof address?.transport === "string" &&
    typeof address.value === "string" &&
    address.value.length <= maxAddressLength
  );
}

function trim(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

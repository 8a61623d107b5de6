import type { PeerId } from "@swarm-space/core";
import { printable, shortId } from "../printable.ts";

/** Most people of one chat; who comes later is not written to. */
const mostPeople = 256;

/** Who is in the chat, and by which name. One who is cut off stays: lines wait. */
export class Roster {
  readonly #names = new Map<PeerId, string | undefined>();

  get peers(): readonly PeerId[] {
    return [...this.#names.keys()];
  }

  has(peer: PeerId): boolean {
    return this.#names.has(peer);
  }

  /** @returns false where there is no room for one more. */
  add(peer: PeerId): boolean {
    if (!this.#names.has(peer) && this.#names.size >= mostPeople) return false;
    this.#names.set(peer, this.#names.get(peer));
    return true;
  }

  /** @returns true where the name is news. */
  setName(peer: PeerId, name: string): boolean {
    const shown = printable(name.trim(), 40);
    if (!this.add(peer) || this.#names.get(peer) === shown) return false;
    this.#names.set(peer, shown);
    return true;
  }

  remove(peer: PeerId): boolean {
    return this.#names.delete(peer);
  }

  /** What to call a peer: two of one name are told apart by the beginning of their ids. */
  nameOf(peer: PeerId): string {
    const name = this.#names.get(peer);
    if (name === undefined) return shortId(peer);
    const isShared = [...this.#names].some(([other, its]) => other !== peer && its === name);
    return isShared ? `${name} (${shortId(peer)})` : name;
  }

  /** Peers that a name or the beginning of an id could mean. */
  find(text: string): readonly PeerId[] {
    const named = this.peers.filter((peer) => this.#names.get(peer) === text || this.nameOf(peer) === text);
    return named.length > 0 ? named : this.peers.filter((peer) => text !== "" && peer.startsWith(text));
  }
}

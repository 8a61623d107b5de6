import { SwarmError } from "../errors/index.ts";
import type { PeerId } from "../ports/identity.ts";
import { Correspondent } from "./correspondent.ts";
import type { OutLetter } from "./out-letter.ts";

/** Everybody this node has letters for, or had. Bounded; a correspondent without letters goes first. */
export class Correspondents {
  readonly #most: number;
  readonly #byPeer = new Map<PeerId, Correspondent>();
  /** The first sequence of a new correspondent. */
  #first = 1;
  readonly #onSettled: (letter: OutLetter) => void;

  constructor(most: number, onSettled: (letter: OutLetter) => void) {
    this.#most = most;
    this.#onSettled = onSettled;
  }

  find(peer: PeerId): Correspondent | undefined {
    return this.#byPeer.get(peer);
  }

  /** @throws SwarmError `OUTBOX_FULL` when every remembered peer has letters waiting */
  open(peer: PeerId): Correspondent {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    if (this.#byPeer.size >= this.#most && !this.#letGo()) {
      throw new SwarmError("OUTBOX_FULL", `letters were written to ${this.#byPeer.size} peers already`, {
        cure: "Raise `messaging.maxPeers`.",
      });
    }
    return this.#enter(new Correspondent(peer, this.#onSettled, this.#first, this.#first));
  }

  /** Who has no letters can be forgotten: later sequences begin above all that were forgotten, so none is used twice. */
  #letGo(): boolean {
    for (const [peer, correspondent] of this.#byPeer) {
      if (correspondent.letters.size > 0 || correspondent.reserving) continue;
      this.#first = Math.max(this.#first, correspondent.unused);
      return this.#byPeer.delete(peer);
    }
    return false;
  }

  /** One that an earlier run left, with its sequence. */
  restore(peer: PeerId, base: number, next: number): Correspondent {
    return this.#enter(new Correspondent(peer, this.#onSettled, base, next));
  }

  #enter(correspondent: Correspondent): Correspondent {
    this.#byPeer.set(correspondent.peer, correspondent);
    return correspondent;
  }

  /** Peers for whom letters wait. */
  *waitingFor(): Iterable<PeerId> {
    for (const { peer, letters } of this.all()) if (letters.size > 0) yield peer;
  }

  all(): Iterable<Correspondent> {
    return this.#byPeer.values();
  }

  clear(): void {
    this.#byPeer.clear();
  }
}

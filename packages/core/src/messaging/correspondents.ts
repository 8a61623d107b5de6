import { SwarmError } from "../errors/index.ts";
import type { PeerId } from "../ports/identity.ts";
import { Correspondent } from "./correspondent.ts";

/** Everybody this node has letters for, or had. Bounded; a correspondent without letters goes first. */
export class Correspondents {
  readonly #most: number;
  readonly #byPeer = new Map<PeerId, Correspondent>();

  constructor(most: number) {
    this.#most = most;
  }

  find(peer: PeerId): Correspondent | undefined {
    return this.#byPeer.get(peer);
  }

  /** @throws SwarmError `OUTBOX_FULL` when every remembered peer has letters waiting */
  open(peer: PeerId): Correspondent {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    if (this.#byPeer.size >= this.#most) {
      throw new SwarmError("OUTBOX_FULL", `letters were written to ${this.#byPeer.size} peers already`, {
        cure: "Raise `messaging.maxPeers`.",
      });
    }
    const made = new Correspondent(peer);
    this.#byPeer.set(peer, made);
    return made;
  }

  all(): Iterable<Correspondent> {
    return this.#byPeer.values();
  }

  clear(): void {
    this.#byPeer.clear();
  }
}

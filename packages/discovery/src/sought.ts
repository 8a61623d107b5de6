import type { PeerId } from "@swarm-space/core";

const maxSought = 64;

/** Peers that somebody waits for. Times are monotonic ms, handed in. */
export class Sought {
  readonly #until = new Map<PeerId, number>();

  /** @returns whether it is new */
  add(peer: PeerId, until: number): boolean {
    const isNew = !this.#until.delete(peer);
    this.#until.set(peer, until);
    const [oldest] = this.#until.keys();
    if (this.#until.size > maxSought && oldest !== undefined) this.#until.delete(oldest);
    return isNew;
  }

  has(peer: PeerId | undefined): boolean {
    return peer !== undefined && this.#until.has(peer);
  }

  found(peer: PeerId): void {
    this.#until.delete(peer);
  }

  clear(): void {
    this.#until.clear();
  }

  /** When the last of them is given up; undefined: nobody is sought. */
  lasts(now: number): number | undefined {
    let last: number | undefined;
    for (const [peer, until] of this.#until) {
      if (until <= now) this.#until.delete(peer);
      else last = Math.max(last ?? 0, until);
    }
    return last;
  }
}

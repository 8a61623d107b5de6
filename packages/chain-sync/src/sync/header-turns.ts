import type { Clock } from "@swarm-space/core";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";

/** Peers that may be asked at once where some before them keep silent. */
const mostPlaces = 4;

interface Waiting {
  readonly peer: SyncPeer;
  readonly go: (isThere: boolean) => void;
}

/**
 * One peer at a time is asked for all its headers, so that not all of them send the same: who let the fewest turns pass comes first.
 * One who is silent for a while loses its place, and until somebody gives something new there is one place more.
 */
export class HeaderTurns {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #places = 1;
  #taken = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Settles when the turn is over. `work` tells by `heard` that the peer gives what it was asked for. */
  async take(peer: SyncPeer, work: (heard: () => void) => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.add({ peer, go: resolve });
    this.#next();
    if (!(await promise)) return;
    let holdsPlace = true;
    const leave = () => {
      if (holdsPlace) this.#taken -= 1;
      holdsPlace = false;
      this.#next();
    };
    const pass = () => {
      peer.allowed.silences += 1;
      if (holdsPlace) this.#places = Math.min(mostPlaces, this.#places + 1);
      leave();
    };
    let stall = this.#clock.timer(syncLimits.stallMs, pass);
    try {
      await work(() => {
        stall[Symbol.dispose]();
        stall = this.#clock.timer(syncLimits.stallMs, pass);
      });
    } finally {
      stall[Symbol.dispose]();
      if (peer.allowed.silences === 0) this.#places = 1;
      leave();
    }
  }

  #next(): void {
    for (const each of this.#waiting) if (each.peer.isDeaf) this.#call(each, false);
    while (this.#taken < this.#places) {
      let first: Waiting | undefined;
      for (const each of this.#waiting)
        if (first === undefined || each.peer.allowed.silences < first.peer.allowed.silences) first = each;
      if (first === undefined) return;
      this.#taken += 1;
      this.#call(first, true);
    }
  }

  #call(each: Waiting, isThere: boolean): void {
    this.#waiting.delete(each);
    each.go(isThere);
  }
}

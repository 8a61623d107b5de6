import type { Clock } from "@swarm-space/core";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";

/** One peer at a time is asked for headers, the next one as soon as the first is slow: so that not all of them send the same. */
export class HeaderTurns {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** A peer has one turn at a time: a second one is none. */
  async take(peer: SyncPeer, work: () => Promise<void>): Promise<void> {
    if (peer.isAsked || peer.isDeaf) return;
    peer.isAsked = true;
    const done = this.#turn.then(work);
    this.#turn = this.#turn.then(() => Promise.race([done, this.#pause()]));
    await done;
    peer.isAsked = false;
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.timer(syncLimits.stallMs, resolve);
    const end = () => {
      timer[Symbol.dispose]();
      resolve();
    };
    if (this.#signal.aborted) end();
    else this.#signal.addEventListener("abort", end, { once: true });
    return promise.finally(() => this.#signal.removeEventListener("abort", end));
  }
}

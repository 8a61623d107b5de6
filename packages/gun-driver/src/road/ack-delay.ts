import type { Clock } from "@swarm-space/core";

const delayMs = 8;
/** Packets that one acknowledgement may answer for. */
const most = 24;

/** Holds acknowledgements back for a moment, so that one answers for several packets, or rides on what is sent. */
export class AckDelay {
  readonly #clock: Clock;
  readonly #acknowledge: () => void;
  #packets = 0;
  #held: { readonly until: number; readonly timer: Disposable } | undefined;

  constructor(clock: Clock, acknowledge: () => void) {
    this.#clock = clock;
    this.#acknowledge = acknowledge;
  }

  /** A packet came. True: acknowledge now; else it happens by itself. */
  took(): boolean {
    this.#packets += 1;
    const now = this.#clock.now();
    // A hidden page's timers run once a minute: what comes again meanwhile is acknowledged by its coming.
    if (this.#packets >= most || (this.#held !== undefined && now >= this.#held.until + delayMs)) return true;
    this.#held ??= { until: now + delayMs, timer: this.#clock.timer(delayMs, this.#acknowledge) };
    return false;
  }

  /** The other side was told, or need not be told any more. */
  done(): void {
    this.#packets = 0;
    this.#held?.timer[Symbol.dispose]();
    this.#held = undefined;
  }
}

import type { Clock } from "@swarm-space/core";
import { TokenBucket } from "@swarm-space/gun-driver/relay";
import type { Rate } from "../door/range-buckets.ts";

/** Faulty messages a connection may send at once, and then one a second, before it is cut off. */
const faultBurst = 32;

export interface TurnstileOptions {
  readonly clock: Clock;
  readonly messages: Rate;
  readonly text: Rate;
  /** The connection, whose reading rests while it is over its rates. */
  readonly socket: { pause(): void; resume(): void };
}

/** The rates of one connection. */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #messages: TokenBucket;
  readonly #text: TokenBucket;
  readonly #faults: TokenBucket;
  #resting: Disposable | undefined;

  constructor(options: TurnstileOptions) {
    const { clock, messages, text } = options;
    this.#options = options;
    this.#messages = new TokenBucket(messages.perSecond, messages.burst, clock.now());
    this.#text = new TokenBucket(text.perSecond, text.burst, clock.now());
    this.#faults = new TokenBucket(1, faultBurst, clock.now());
  }

  /** Charges a message that was read; over the rates, reading rests until the debt is paid. */
  charge(length: number): void {
    const waitMs = this.#take(1, length);
    if (waitMs <= 0 || this.#resting) return;
    this.#options.socket.pause();
    this.#rest(waitMs);
  }

  /** @returns whether it was one fault too many */
  blame(): boolean {
    return this.#faults.take(1, this.#options.clock.now()) > 0;
  }

  end(): void {
    this.#resting?.[Symbol.dispose]();
    this.#resting = undefined;
  }

  #take(messages: number, length: number): number {
    const now = this.#options.clock.now();
    return Math.max(this.#messages.take(messages, now), this.#text.take(length, now));
  }

  #rest(waitMs: number): void {
    this.#resting = this.#options.clock.timer(waitMs, () => {
      // What was read already when the rest began has added to the debt.
      const leftMs = this.#take(0, 0);
      if (leftMs > 0) return this.#rest(leftMs);
      this.#resting = undefined;
      this.#options.socket.resume();
    });
  }
}

import type { Clock } from "../clock.ts";
import type { FrameGuard } from "../guard.ts";
import type { EnginePeer } from "../gun-types.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What one connection of a relay may do, per second; twice as much at once. Beyond it the socket is read later, not dropped. */
export interface RelayRates {
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Keys and questions. */
  readonly itemsPerSecond: number;
}

/** A socket that a relay hears. */
export interface RelaySocket {
  readonly bufferedBytes: number;
  send(text: string): void;
  close(code: number, why: string): void;
  /** Stops reading; the sender feels it by TCP. */
  pause(): void;
  resume(): void;
}

export interface RelayPeerOptions {
  readonly id: string;
  /** Judges what this peer sends. */
  readonly guard: FrameGuard;
  readonly remote: string;
  /** Another relay: it is told of every interest here. */
  readonly isRelay: boolean;
  readonly maxInterests: number;
  /** Bytes that may wait for a slow reader before it is cut off. */
  readonly maxBufferedBytes: number;
  readonly rates: RelayRates;
  readonly clock: Clock;
  readonly socket: RelaySocket;
}

/** Souls another relay may ask for: it speaks for many clients. */
export const relayInterests = 65_536;

/** Rejections a peer may cause at once, and then one a second, before it is cut off. */
const faultBurst = 64;
const policyViolation = 1008;

/** One connection of a relay with its budgets. */
export class RelayPeer implements EnginePeer {
  readonly id: string;
  readonly wire = {};
  readonly guard: FrameGuard;
  readonly remote: string;
  readonly isRelay: boolean;
  readonly maxInterests: number;
  readonly #options: RelayPeerOptions;
  readonly #frames: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #items: TokenBucket;
  readonly #faults: TokenBucket;
  #resting: Disposable | undefined;

  constructor(options: RelayPeerOptions) {
    this.id = options.id;
    this.guard = options.guard;
    this.remote = options.remote;
    this.isRelay = options.isRelay;
    this.maxInterests = options.maxInterests;
    this.#options = options;
    const { rates, clock } = options;
    const bucket = (perSecond: number): TokenBucket => new TokenBucket(perSecond, perSecond * 2, clock.now());
    this.#frames = bucket(rates.framesPerSecond);
    this.#bytes = bucket(rates.bytesPerSecond);
    this.#items = bucket(rates.itemsPerSecond);
    this.#faults = new TokenBucket(1, faultBurst, clock.now());
  }

  say(raw: string): void {
    const { socket, maxBufferedBytes } = this.#options;
    if (socket.bufferedBytes > maxBufferedBytes) socket.close(policyViolation, "reads too slowly");
    else socket.send(raw);
  }

  bye(): void {}

  /** Charges what was read; over budget, reading rests until the debt is paid. */
  charge(frames: number, bytes: number, items: number): void {
    const waitMs = this.#take(frames, bytes, items);
    if (waitMs <= 0 || this.#resting) return;
    this.#options.socket.pause();
    this.#rest(waitMs);
  }

  /** Charges rejected messages; too many end the connection. */
  blame(count: number): void {
    if (count > 0 && this.#faults.take(count, this.#options.clock.now()) > 0) this.close("too many faulty messages");
  }

  #take(frames: number, bytes: number, items: number): number {
    const now = this.#options.clock.now();
    return Math.max(this.#frames.take(frames, now), this.#bytes.take(bytes, now), this.#items.take(items, now));
  }

  #rest(waitMs: number): void {
    this.#resting = this.#options.clock.timer(waitMs, () => {
      // What was read already when the rest began has added to the debt.
      const leftMs = this.#take(0, 0, 0);
      if (leftMs > 0) return this.#rest(leftMs);
      this.#resting = undefined;
      this.#options.socket.resume();
    });
  }

  close(why: string): void {
    this.#options.socket.close(policyViolation, why);
  }

  /** Undoes what is open; the socket is gone already. */
  end(): void {
    this.#resting?.[Symbol.dispose]();
    this.#resting = undefined;
  }
}

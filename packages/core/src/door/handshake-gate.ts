import { setBounded } from "./bounded-map.ts";
import type { Origin } from "./remote-origin.ts";
import { type BucketSize, TokenBucket } from "./token-bucket.ts";

export interface HandshakeRates {
  readonly range: BucketSize;
  readonly relay: BucketSize;
  /** Those that come to nothing, from everywhere. */
  readonly node: BucketSize;
  /** Beyond the node's own, for ranges that were refused and come back. */
  readonly returners: BucketSize;
}

/** Most ranges and relays whose rate is remembered. */
export const maxRates = 4_096;

/** Who comes back sooner did not wait, and who comes later begins anew. */
const returnAfterMs = 50;
const returnWithinMs = 10_000;

interface Knocks {
  readonly bucket: TokenBucket;
  /** When it was first refused because the whole was used up. */
  refusedAt: number | undefined;
  /** Somebody from there finished a handshake, and nobody was let in for it yet. */
  proven: boolean;
}

/**
 * How many may knock: per range, per relay, and in all. Half a handshake costs 0.4 ms, so of the whole those are limited that
 * come to nothing. When it is used up, a range (or a relay, where the range is not known) from which a handshake was finished
 * gets in once for it; and one that was refused and comes back gets in from a reserve, as greylisting lets mail in: whoever
 * means it tries again, and a crowd that comes from ever new addresses does not.
 */
export class HandshakeGate {
  readonly #rates: HandshakeRates;
  readonly #ranges = new Map<string, Knocks>();
  readonly #relays = new Map<string, Knocks>();
  readonly #node: TokenBucket;
  readonly #returners: TokenBucket;

  constructor(rates: HandshakeRates, now: number) {
    this.#rates = rates;
    this.#node = new TokenBucket(rates.node, now);
    this.#returners = new TokenBucket(rates.returners, now);
  }

  get remembered(): number {
    return this.#ranges.size + this.#relays.size;
  }

  /** Who is too fast, or undefined. */
  knock({ range, relay }: Origin, now: number): "range" | "relay" | "node" | undefined {
    const ofRange = range === undefined ? undefined : knocksOf(this.#ranges, range, this.#rates.range, now);
    if (ofRange !== undefined && !ofRange.bucket.take(1, now)) return "range";
    const ofRelay = relay === undefined ? undefined : knocksOf(this.#relays, relay, this.#rates.relay, now);
    if (ofRelay !== undefined && !ofRelay.bucket.take(1, now)) return "relay";
    const own = ofRange ?? ofRelay;
    if (!this.#node.take(1, now) && !this.#passes(own, now)) return "node";
    if (own !== undefined) own.refusedAt = undefined;
    return undefined;
  }

  /** A handshake was finished: what it took of the whole is given back, and where it came from gets in once past any crowd. */
  proved({ range, relay }: Origin, now: number): void {
    this.#node.credit(1);
    if (range !== undefined) knocksOf(this.#ranges, range, this.#rates.range, now).proven = true;
    else if (relay !== undefined) knocksOf(this.#relays, relay, this.#rates.relay, now).proven = true;
  }

  #passes(own: Knocks | undefined, now: number): boolean {
    if (own === undefined) return false;
    if (!own.proven) return this.#returns(own, now);
    own.proven = false;
    return true;
  }

  #returns(own: Knocks, now: number): boolean {
    const waitedMs = now - (own.refusedAt ?? Number.NEGATIVE_INFINITY);
    if (waitedMs > returnWithinMs) own.refusedAt = now;
    return waitedMs >= returnAfterMs && waitedMs <= returnWithinMs && this.#returners.take(1, now);
  }
}

function knocksOf(map: Map<string, Knocks>, key: string, size: BucketSize, now: number): Knocks {
  const knocks = map.get(key) ?? { bucket: new TokenBucket(size, now), refusedAt: undefined, proven: false };
  setBounded(map, key, knocks, maxRates, (each) => (each.proven ? size.capacity : 0) - each.bucket.level(now));
  return knocks;
}

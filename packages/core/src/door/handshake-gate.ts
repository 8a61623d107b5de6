import { setBounded } from "./bounded-map.ts";
import type { Origin } from "./remote-origin.ts";
import { type BucketSize, TokenBucket } from "./token-bucket.ts";

export interface HandshakeRates {
  readonly range: BucketSize;
  readonly relay: BucketSize;
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
}

/**
 * How many may knock: per range, per relay, and in all. Half a handshake costs 0.4 ms, so the whole is limited too. When it is
 * used up, a range that was refused and comes back gets in from a reserve, as greylisting lets mail in: whoever means it
 * tries again, and a crowd that comes from ever new addresses does not.
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
    const own = range === undefined ? undefined : knocksOf(this.#ranges, range, this.#rates.range, now);
    if (own !== undefined && !own.bucket.take(1, now)) return "range";
    if (relay !== undefined && !knocksOf(this.#relays, relay, this.#rates.relay, now).bucket.take(1, now))
      return "relay";
    if (!this.#node.take(1, now) && !(own !== undefined && this.#returns(own, now))) return "node";
    if (own !== undefined) own.refusedAt = undefined;
    return undefined;
  }

  #returns(own: Knocks, now: number): boolean {
    const waitedMs = now - (own.refusedAt ?? Number.NEGATIVE_INFINITY);
    if (waitedMs > returnWithinMs) own.refusedAt = now;
    return waitedMs >= returnAfterMs && waitedMs <= returnWithinMs && this.#returners.take(1, now);
  }
}

function knocksOf(map: Map<string, Knocks>, key: string, size: BucketSize, now: number): Knocks {
  const knocks = map.get(key) ?? { bucket: new TokenBucket(size, now), refusedAt: undefined };
  setBounded(map, key, knocks, maxRates, (each) => -each.bucket.level(now));
  return knocks;
}

import { setBounded } from "./bounded-map.ts";
import type { Origin } from "./remote-origin.ts";
import { type BucketSize, TokenBucket } from "./token-bucket.ts";

export interface HandshakeRates {
  readonly range: BucketSize;
  readonly relay: BucketSize;
  readonly node: BucketSize;
  /** Beyond the node's own, for ranges that have not knocked lately. */
  readonly newcomers: BucketSize;
}

/** Most ranges and relays whose rate is remembered. */
export const maxRates = 4_096;

/**
 * How many may knock: per range, per relay, and in all. Half a handshake costs 0.4 ms, so the whole is
 * limited too; when it is used up, a range that has not knocked lately still gets in, from a reserve, while a crowd that
 * keeps knocking waits.
 */
export class HandshakeGate {
  readonly #rates: HandshakeRates;
  readonly #ranges = new Map<string, TokenBucket>();
  readonly #relays = new Map<string, TokenBucket>();
  readonly #node: TokenBucket;
  readonly #newcomers: TokenBucket;

  constructor(rates: HandshakeRates, now: number) {
    this.#rates = rates;
    this.#node = new TokenBucket(rates.node, now);
    this.#newcomers = new TokenBucket(rates.newcomers, now);
  }

  get remembered(): number {
    return this.#ranges.size + this.#relays.size;
  }

  /** Who is too fast, or undefined. */
  knock({ range, relay }: Origin, now: number): "range" | "relay" | "node" | undefined {
    const own = range === undefined ? undefined : bucketOf(this.#ranges, range, this.#rates.range, now);
    const fresh = own !== undefined && own.level(now) > this.#rates.range.capacity - 1;
    if (own !== undefined && !own.take(1, now)) return "range";
    if (relay !== undefined && !bucketOf(this.#relays, relay, this.#rates.relay, now).take(1, now)) return "relay";
    if (this.#node.take(1, now)) return undefined;
    return fresh && this.#newcomers.take(1, now) ? undefined : "node";
  }
}

function bucketOf(map: Map<string, TokenBucket>, key: string, size: BucketSize, now: number): TokenBucket {
  const bucket = map.get(key) ?? new TokenBucket(size, now);
  setBounded(map, key, bucket, maxRates, (each) => -each.level(now));
  return bucket;
}

import type { Clock } from "@swarm-space/core";
import { TokenBucket } from "@swarm-space/gun-driver/relay";

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Ranges that are remembered; one that was forgotten begins with a full bucket, which the bucket of all still bounds. */
const mostRanges = 4_096;

/** A bucket for each range of addresses, and one for all: who forges addresses meets the second. What is refused costs nothing. */
export class RangeBuckets {
  readonly #clock: Clock;
  readonly #each: Rate;
  readonly #all: TokenBucket;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, each: Rate, all: Rate) {
    this.#clock = clock;
    this.#each = each;
    this.#all = new TokenBucket(all.perSecond, all.burst, clock.now());
  }

  /** Whether the range may do it once more. */
  admit(range: string): boolean {
    const now = this.#clock.now();
    const bucket = this.#bucketOf(range, now);
    if (bucket.take(0, now) > 0 || this.#all.take(0, now) > 0) return false;
    bucket.take(1, now);
    this.#all.take(1, now);
    return true;
  }

  #bucketOf(range: string, now: number): TokenBucket {
    const bucket = this.#buckets.get(range) ?? new TokenBucket(this.#each.perSecond, this.#each.burst, now);
    this.#buckets.delete(range);
    this.#buckets.set(range, bucket);
    if (this.#buckets.size > mostRanges) {
      for (const longestUnused of this.#buckets.keys()) {
        this.#buckets.delete(longestUnused);
        break;
      }
    }
    return bucket;
  }
}

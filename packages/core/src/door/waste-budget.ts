import { type BucketSize, TokenBucket } from "./token-bucket.ts";

/** What one received frame cost and was worth. */
export interface Waste {
  /** 1 where nothing in the frame was of use. */
  readonly frames: number;
  /** Of what was of no use. */
  readonly bytes: number;
  /** Items refused, of no channel, or that changed nothing. */
  readonly items: number;
  /** Letters that were here already. */
  readonly doubles: number;
  /** Milliseconds of decoding and dispatching, of what was of no use. */
  readonly ms: number;
  /** Letters and pieces that were taken, acknowledgements that told something. */
  readonly useful: number;
}

export interface WasteSizes {
  readonly frames: BucketSize;
  readonly bytes: BucketSize;
  readonly items: BucketSize;
  readonly doubles: BucketSize;
  readonly ms: BucketSize;
}

/** How a budget stands after a charge. "over": the peer must go. */
export type WasteVerdict = "within" | "overdrawn" | "over";

/** An overdraft is forgiven for so long: a burst may have been held up on its way. */
export const graceMs = 250;
/** Useful items that make up for one of no use. */
const usefulPerWaste = 4;
/** Doubles that come with a useful letter where it travels by every transport. */
const doublesPerUseful = 4;
/** What a peer nobody knows yet may waste, of the whole. */
const firstShare = 0.25;
const scarceShare = 0.125;
/** A pause of this process is not the peer's fault: no frame is charged more. */
const maxMsPerFrame = 100;

/**
 * What may be wasted on one peer.
 *
 * Good letters are not budgeted at all: the window, the bounded queue of the peer and its handlers hold them back already,
 * and a fast honest peer does 200,000 a second. What is budgeted is work that leads nowhere, in four measures: frames
 * with nothing of use, their bytes, items, and measured milliseconds. Each useful item gives a quarter of an item back, so
 * that one who works hard may also err in proportion; one who only wastes soon stands still at the refill.
 * Doubles have a bucket of their own, since a broadcast comes by each transport and a failover repeats what was in flight:
 * four for each useful letter are free, and beyond that they are waste like the rest.
 */
export class WasteBudget {
  readonly #sizes: WasteSizes;
  readonly #buckets: Readonly<Record<keyof WasteSizes, TokenBucket>>;
  #overdrawnAt: number | undefined;

  constructor(sizes: WasteSizes, now: number, share = firstShare) {
    this.#sizes = sizes;
    const bucket = (size: BucketSize) => new TokenBucket(size, now, size.capacity * share);
    this.#buckets = {
      frames: bucket(sizes.frames),
      bytes: bucket(sizes.bytes),
      items: bucket(sizes.items),
      doubles: bucket(sizes.doubles),
      ms: bucket(sizes.ms),
    };
  }

  /** @param scarce the whole node's budget is used up: whoever has less than an eighth of its own left is overdrawn */
  spend(waste: Waste, now: number, scarce = false): WasteVerdict {
    const { frames, bytes, items, doubles, ms } = this.#buckets;
    if (waste.useful > 0) {
      items.credit(waste.useful / usefulPerWaste);
      doubles.credit(waste.useful * doublesPerUseful);
    }
    if (waste.frames + waste.bytes + waste.items + waste.doubles + waste.ms === 0) return "within";
    const floor = scarce ? scarceShare : 0;
    if (this.#overdrawnAt !== undefined && this.level(now) >= floor) this.#overdrawnAt = undefined;
    const left = waste.doubles === 0 ? 0 : doubles.charge(waste.doubles, now);
    frames.charge(waste.frames, now);
    bytes.charge(waste.bytes, now);
    items.charge(waste.items + Math.min(waste.doubles, Math.max(0, -left)), now);
    ms.charge(Math.min(waste.ms, maxMsPerFrame), now);
    const level = this.level(now);
    if (level <= -0.5) return "over";
    if (level >= floor) return "within";
    this.#overdrawnAt ??= now;
    return now - this.#overdrawnAt >= graceMs ? "over" : "overdrawn";
  }

  /** What is left of the measure that is lowest, as a share of the whole. */
  level(now: number): number {
    const { frames, bytes, items, ms } = this.#buckets;
    return Math.min(
      frames.level(now) / this.#sizes.frames.capacity,
      bytes.level(now) / this.#sizes.bytes.capacity,
      items.level(now) / this.#sizes.items.capacity,
      ms.level(now) / this.#sizes.ms.capacity,
    );
  }
}

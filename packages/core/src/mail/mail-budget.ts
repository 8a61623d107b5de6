import { setBounded } from "../door/bounded-map.ts";
import { type BucketSize, TokenBucket } from "../door/token-bucket.ts";
import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";

export interface MailRates {
  /** Letters of one mailbox that are opened: anybody may leave some, and each costs a key agreement and a signature. */
  readonly mailbox: BucketSize;
  /** Letters of one proven sender. */
  readonly sender: BucketSize;
}

/** Letters of one mailbox that may come at once, and as many more that may wait. */
const maxAtOnce = 200;

export const mailRates: MailRates = Object.freeze({
  mailbox: { capacity: maxAtOnce, perSecond: 100 },
  sender: { capacity: 100, perSecond: 50 },
});

const maxSenders = 1_024;

/** How many sealed letters this node opens, from each mailbox, and takes, from each sender. */
export class MailBudget {
  readonly #clock: Clock;
  readonly #rates: MailRates;
  readonly #senders = new Map<PeerId, TokenBucket>();

  constructor(clock: Clock, rates: MailRates = mailRates) {
    this.#clock = clock;
    this.#rates = rates;
  }

  /** For one collecting of one mailbox. */
  pace(): MailPace {
    return new MailPace(this.#clock, this.#rates.mailbox);
  }

  /** Whether one more letter of a proven sender may be taken. */
  allows(sender: PeerId): boolean {
    const now = this.#clock.now();
    const bucket = this.#senders.get(sender) ?? new TokenBucket(this.#rates.sender, now);
    setBounded(this.#senders, sender, bucket, maxSenders, (each) => -each.level(now));
    return bucket.take(1, now);
  }

  clear(): void {
    this.#senders.clear();
  }
}

/** Letters of one mailbox wait here until they may be opened. */
export class MailPace {
  readonly #clock: Clock;
  readonly #size: BucketSize;
  readonly #bucket: TokenBucket;
  readonly #waiting = new Set<(reason: unknown) => void>();

  constructor(clock: Clock, size: BucketSize) {
    this.#clock = clock;
    this.#size = size;
    this.#bucket = new TokenBucket(size, clock.now());
  }

  /**
   * Resolves when the letter may be opened.
   * @throws SwarmError `RATE_EXCEEDED` when as many wait as may come at once; the reason of `end`
   */
  async turn(): Promise<void> {
    const { capacity, perSecond } = this.#size;
    const now = this.#clock.now();
    if (this.#bucket.level(now) < 1 - capacity)
      throw new SwarmError("RATE_EXCEEDED", `over ${perSecond} letters a second came from the mailbox`);
    if (this.#bucket.charge(1, now) >= 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = this.#clock.timer(this.#bucket.debtMs(now), resolve);
    this.#waiting.add(reject);
    try {
      await promise;
    } finally {
      timer[Symbol.dispose]();
      this.#waiting.delete(reject);
    }
  }

  /** Sends away all who wait. */
  end(reason: unknown): void {
    for (const reject of this.#waiting) reject(reason);
  }
}

import { TokenBucket } from "@swarm-space/core";
import { MinuteCount } from "./minute-count.ts";
import { syncLimits } from "./sync-limits.ts";

/** What one peer may do, and has done too much of: of its identity, so no new connection begins it anew. */
export class Allowance {
  /** Messages of no known kind, and announcements that it made before. */
  readonly strays = new MinuteCount(100);
  readonly doubles = new MinuteCount(1_000);
  /** Ends of chains that it tells of, and those that it is told. */
  readonly tips: TokenBucket;
  readonly tipsTold: TokenBucket;
  readonly questions: TokenBucket;
  readonly announcements: TokenBucket;
  /** Transactions that it is asked for, each with a signature to check. */
  readonly checks: TokenBucket;
  readonly marksCompared: TokenBucket;
  readonly marksOffered: TokenBucket;
  readonly descriptionsGiven: TokenBucket;
  readonly descriptionsAsked: TokenBucket;
  /** Headers in a row that stood on nothing known here. */
  orphans = 0;
  /** Turns that it let pass since it gave a header that was new here; one that never did stands as if it had let one. */
  silences = 1;

  constructor(now: number) {
    this.tips = new TokenBucket(syncLimits.tipsHeard, now);
    this.tipsTold = new TokenBucket(syncLimits.tipsTold, now);
    this.questions = new TokenBucket(syncLimits.questions, now);
    this.announcements = new TokenBucket({ capacity: 32, perSecond: 16 }, now);
    this.checks = new TokenBucket(syncLimits.checks, now);
    this.marksCompared = new TokenBucket(syncLimits.marksCompared, now);
    this.marksOffered = new TokenBucket(syncLimits.marksOffered, now);
    this.descriptionsGiven = new TokenBucket(syncLimits.descriptionsGiven, now);
    this.descriptionsAsked = new TokenBucket(syncLimits.descriptionsAsked, now);
  }
}

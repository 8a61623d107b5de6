import { type PeerId, TokenBucket, type TransportId } from "@swarm-space/core";
import type { HeaderNode } from "../chain/header-tree.ts";
import { RecentIds } from "../live/recent-ids.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId, Hash } from "../model/hex.ts";
import type { DescriptionMark } from "../model/token-description.ts";
import { MinuteCount } from "./minute-count.ts";
import { syncLimits } from "./sync-limits.ts";

/** What it is told goes by the best road, or by every connected transport. */
export type Delivery = "best" | "all";

/** Of transactions that one peer is known to have. */
const mostKnown = 5_000;

/** What is known of one connected peer. */
export class SyncPeer {
  readonly id: PeerId;
  /** The best of its chain whose header was checked here. */
  best: HeaderNode | undefined;
  /** One that it told of and that is too far ahead of our clock: tried again at the beat. */
  early: NamedHeader | undefined;
  /** It has told of a chain of ours: it takes part. */
  speaks = false;
  /** The end of our chain that it was told last. */
  told: BlockId | undefined;
  readonly known = new RecentIds(mostKnown);
  /** Ids of transactions that it announced. */
  readonly announced = new RecentIds(mostKnown);
  /** Of those that it was told before, how many it has been told again since the round began. */
  toldAgain = 0;
  /** Messages of no known kind, and announcements that it made before. */
  readonly strays = new MinuteCount(100);
  readonly doubles = new MinuteCount(1_000);
  /** How many connections to it there are, by transport. */
  readonly roads = new Map<TransportId, number>();
  /** Ends of chains that it tells of, and those that it is told. */
  readonly tips: TokenBucket;
  readonly tipsTold: TokenBucket;
  tipsUnderWay = 0;
  readonly questions: TokenBucket;
  readonly announcements: TokenBucket;
  readonly marksCompared: TokenBucket;
  readonly descriptionsGiven: TokenBucket;
  readonly descriptionsAsked: TokenBucket;
  /** Marks of descriptions that it has and that are wanted here, by token. */
  readonly offered = new Map<Hash, DescriptionMark>();
  /** A question for some of them is under way. */
  isOffering = false;
  /** It has no channel of ours: it is told nothing more. */
  isDeaf = false;
  /** It has no channel for descriptions of tokens. */
  isBlind = false;
  /** A question for its headers is under way, or waits for its turn. */
  isAsked = false;
  /** Headers in a row that stood on nothing known here. */
  orphans = 0;
  /** Ids of transactions that it is being asked for. */
  asking = 0;

  constructor(id: PeerId, now: number) {
    this.id = id;
    this.tips = new TokenBucket(syncLimits.tipsHeard, now);
    this.tipsTold = new TokenBucket(syncLimits.tipsTold, now);
    this.questions = new TokenBucket({ capacity: 256, perSecond: 128 }, now);
    this.marksCompared = new TokenBucket(syncLimits.marksCompared, now);
    this.descriptionsGiven = new TokenBucket(syncLimits.descriptionsGiven, now);
    this.descriptionsAsked = new TokenBucket(syncLimits.descriptionsAsked, now);
    this.announcements = new TokenBucket({ capacity: 32, perSecond: 16 }, now);
  }
}

import { oneAtATime, type PeerId, type TransportId } from "@swarm-space/core";
import type { HeaderNode } from "../chain/header-tree.ts";
import { RecentIds } from "../live/recent-ids.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId, Hash } from "../model/hex.ts";
import type { DescriptionMark } from "../model/token-description.ts";
import type { Allowance } from "./allowance.ts";

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
  /** It has told of a chain of ours, or of its headers: it takes part. */
  speaks = false;
  /** The end of our chain that it was told last. */
  told: BlockId | undefined;
  readonly known = new RecentIds(mostKnown);
  /** Ids of transactions that it announced. */
  readonly announced = new RecentIds(mostKnown);
  /** Of those that it was told before, how many it has been told again since the round began. */
  toldAgain = 0;
  /** How many connections to it there are, by transport. */
  readonly roads = new Map<TransportId, number>();
  readonly allowed: Allowance;
  /** Own ends that are on their way to it. */
  tipsUnderWay = 0;
  /** Its questions are answered one after the other: no more than one answer is in memory. */
  readonly inTurn = oneAtATime();
  questionsWaiting = 0;
  /** Its transactions wait for their checks one after the other, too. */
  readonly inCheck = oneAtATime();
  /** Marks of descriptions that it has and that are wanted here, by token. */
  readonly offered = new Map<Hash, DescriptionMark>();
  /** A question for some of them is under way. */
  isOffering = false;
  /** It has no channel of ours, or left: it is told and asked nothing more. */
  isDeaf = false;
  /** It has no channel for descriptions of tokens. */
  isBlind = false;
  /** A question for its headers is under way, or waits for its turn: settles, never rejects, at its end. */
  asked: Promise<void> | undefined;
  /** Ids of transactions that it is being asked for. */
  asking = 0;

  constructor(id: PeerId, allowed: Allowance) {
    this.id = id;
    this.allowed = allowed;
  }
}

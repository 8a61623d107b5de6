import type { Mailbox, PeerId } from "@swarm-space/core";
import type { Check, Claim } from "./choice.ts";
import type { ConformanceTime } from "./conformance-time.ts";
import type { MailboxStage } from "./mailbox-stage.ts";
import type { WaitLimits } from "./patience.ts";

/** The mailbox of one node, open. */
export interface MailboxNode {
  readonly peer: PeerId;
  readonly mailbox: Mailbox;
  /** The node goes away; its letters stay. */
  close(): void | Promise<void>;
}

/** The keeper of one check, and the mailboxes of those who use it. */
export interface MailboxHarness {
  /** Another node; with `peer`, that peer again, later or elsewhere. */
  open(peer?: PeerId): MailboxNode | Promise<MailboxNode>;
  /** Ids of peers that nobody has. */
  newPeer(): PeerId;
  /** Largest letter that it takes, in bytes. */
  readonly maxLetterBytes: number;
  /** How time passes. Default: the machine's. */
  readonly time?: ConformanceTime;
  readonly limits?: Partial<MailboxLimits>;
  /** Letters that the keeper keeps now. */
  kept?(): number;
  /** Puts every wall clock forward, by so many milliseconds. */
  skipMs?(ms: number): void;
  /** Takes the keeper away. Resolves to what brings it back. */
  takeKeeperAway?(): Promise<() => void | Promise<void>>;
  /** Leaves what is no letter in a peer's mailbox, as a stranger can. */
  throwRubbish?(to: PeerId): void | Promise<void>;
  /** Frees everything. */
  dispose(): void | Promise<void>;
}

export interface MailboxLimits extends WaitLimits {
  /** A keeper refuses before it has so many letters of one sender for one peer. Default 2,000. */
  readonly mostLetters: number;
}

/** What not every keeper can show. A text says why not: see `Claim`. */
export interface MailboxCapabilities {
  /** The harness has `kept`. */
  readonly kept: Claim;
  /** The harness has `skipMs`. */
  readonly skip: Claim;
  /** The harness has `takeKeeperAway`. */
  readonly away: Claim;
  /** The harness has `throwRubbish`. */
  readonly rubbish: Claim;
  /** The keeper refuses beyond a bound. */
  readonly full: Claim;
}

export interface MailboxCheck extends Check<keyof MailboxCapabilities> {
  run(stage: MailboxStage): Promise<void>;
}

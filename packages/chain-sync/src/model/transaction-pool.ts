import type { Account, TransactionId } from "./hex.ts";
import type { StateMachine, StateView } from "./state.ts";
import type { NamedTransaction } from "./transaction.ts";

export interface PoolLimits {
  readonly pendingPerAccount: number;
  readonly pending: number;
  /** Those with a gap before them. */
  readonly queuedPerAccount: number;
  readonly queued: number;
  readonly bytes: number;
  readonly lifeMs: number;
  /** Base units per 1,000 bytes. */
  readonly leastFeeRate: bigint;
  readonly replacementsPerMinute: number;
}

/** The state that a pool checks against: the active tip's. */
export interface PoolBase {
  readonly machine: StateMachine;
  readonly view: StateView;
  /** Of the next block. */
  readonly height: number;
  readonly time: number;
}

export type DropReason = "included" | "replaced" | "expired" | "evicted" | "conflicting";

/** A transaction that left the pool, and why. */
export interface PoolDrop {
  readonly id: TransactionId;
  readonly account: Account;
  readonly reason: DropReason;
}

/** One transaction that waits. */
export interface Pooled extends NamedTransaction {
  /** Monotonic ms. */
  readonly since: number;
  /** Submitted at this node: protected from eviction. */
  readonly isLocal: boolean;
}

import type { Account } from "./hex.ts";
import type { Transaction } from "./transaction.ts";
import type { Refusal, Verdict } from "./verdict.ts";

/**
 * The state is a map of ASCII keys (`acct/<account>`, `pool`, `tok/<token>` …) to bytes. A view is one version of it: it does
 * not change while it is held.
 */
export interface StateView {
  get(key: string): Uint8Array | undefined;
}

/** New values of the keys that a block touched; undefined: the key goes. */
export type StateDelta = ReadonlyMap<string, Uint8Array | undefined>;

/** What the state machine may know beside the state. There is no other clock than `time`. */
export interface BlockContext {
  readonly height: number;
  /** The header's time, Unix ms. */
  readonly time: number;
  readonly producer: Account;
}

/** Something that happened in a block, for events and lists: never read by consensus. */
export interface Receipt {
  readonly kind: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface AppliedBlock {
  readonly ok: true;
  readonly delta: StateDelta;
  /** The values before, of exactly the keys of `delta`: applying it undoes the block. */
  readonly undo: StateDelta;
  readonly receipts: readonly Receipt[];
}

/** What the transaction pool asks of a state. */
export interface AccountStanding {
  /** What it may spend, base units. */
  readonly balance: bigint;
  /** The nonce of its next transaction. */
  readonly nonce: bigint;
}

/**
 * What transactions mean. Pure: integers alone, no clock but `context.time`, no order of iteration that a platform chooses,
 * no locale, no `Math` that rounds. The same view and block give the same delta on every machine.
 */
export interface StateMachine {
  readonly id: string;
  /** The state before the first block. */
  genesis(): StateDelta;
  /** Total: nonsense, and a transaction of an unknown type, have none. */
  standing(view: StateView, account: Account): AccountStanding;
  /** What leaves the sender's balance at most, fee included. */
  cost(transaction: Transaction): bigint;
  /** Whether it could be the next in a block of `context` on this state. Signatures are somebody else's matter. */
  checkTransaction(view: StateView, transaction: Transaction, context: BlockContext): Verdict;
  /** Indexes of those that can stand in one block, in this order; each that cannot is left out. For whoever makes a block. */
  select(view: StateView, context: BlockContext, candidates: readonly Transaction[]): readonly number[];
  /** All transactions in their order, then the reward. Refused with `BLOCK_TRANSACTION` as a whole if one is not allowed. */
  applyBlock(view: StateView, context: BlockContext, transactions: readonly Transaction[]): AppliedBlock | Refusal;
}

import type { Account, FullId, Hash, TransactionId } from "./hex.ts";

/** What is signed. All amounts are whole base units, u64. */
export interface UnsignedTransaction {
  /** 1. */
  readonly version: number;
  /** Of the chain it is meant for: worthless on every other. */
  readonly chainId: Hash;
  /** Number of a registered transaction type. */
  readonly type: number;
  readonly from: Account;
  /** The account's count of transactions so far: each is used once, in order. */
  readonly nonce: bigint;
  /** For whoever puts it into a block. */
  readonly fee: bigint;
  /** The last height at which it may stand in a block. */
  readonly expiryHeight: number;
  /** Up to 4 KiB, in the layout of its type. */
  readonly payload: Uint8Array;
}

export interface Transaction extends UnsignedTransaction {
  /** By `from`, over the transaction id, in the domain `swarm/tx-sig/1`. */
  readonly signature: Uint8Array;
}

/** A transaction whose names and size are known: hashed once, when it came through the door. */
export interface NamedTransaction {
  readonly transaction: Transaction;
  readonly id: TransactionId;
  readonly fullId: FullId;
  /** Of the whole encoded form. */
  readonly bytes: number;
}

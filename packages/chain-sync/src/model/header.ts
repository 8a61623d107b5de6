import type { Account, BlockId, Hash } from "./hex.ts";

/** What a block promises. 190 bytes when encoded; every field that validation reads is hashed into the block's id. */
export interface Header {
  /** 1. */
  readonly version: number;
  /** The genesis' block id; zeros in the genesis itself. Another network's block is none here. */
  readonly chainId: Hash;
  /** 0 for the genesis, else the parent's and one. */
  readonly height: number;
  readonly parent: BlockId;
  /** Milliseconds since the Unix epoch, by the producer's clock. The only clock of the state machine. */
  readonly time: number;
  /** RFC 6962 root over the full ids of the transactions, in their order. */
  readonly transactionRoot: Hash;
  /** Root of the state after this block. */
  readonly stateRoot: Hash;
  readonly transactionCount: number;
  /** Bytes of the encoded body. */
  readonly bodyBytes: number;
  /** In the compact form of `expandDifficulty`. Who reads it knows what the next one must be: nobody declares his own. */
  readonly difficulty: number;
  /** Searched for by proof of work; else 0. */
  readonly nonce: bigint;
  /** Gets the reward; seals the block where the consensus is one of authority. */
  readonly producer: Account;
}

/** A header and its seal, 254 bytes together. */
export interface SealedHeader {
  readonly header: Header;
  /** The producer's signature of the block id; 64 zeros under proof of work. A bad one condemns this copy, never the id. */
  readonly seal: Uint8Array;
}

/** A sealed header whose id was reckoned when it came through the door: from its bytes, never from what somebody said. */
export interface NamedHeader {
  readonly id: BlockId;
  readonly sealed: SealedHeader;
}

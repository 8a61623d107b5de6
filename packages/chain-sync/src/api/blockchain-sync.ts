import { definePort, type OnePort, type PeerId, SwarmError, type TransportId } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import type { AccountEntry, RewardPool, Token } from "../ledger/kept-values.ts";
import type { TransactionType } from "../ledger/transaction-type.ts";
import type { Block } from "../model/block.ts";
import type { Account, BlockId, Hash, TransactionId } from "../model/hex.ts";
import type { NamedTransaction, Transaction } from "../model/transaction.ts";
import type { RoadCount } from "../sync/road-counts.ts";

/** What a round of `triggerSync` came to. */
export interface SyncResult {
  /** Of the active chain, afterwards. */
  readonly tip: BlockId;
  readonly height: number;
  /** Of the best headers that are known. Higher than `height`: nobody who was asked gave the bodies. */
  readonly headerHeight: number;
  /** Peers that take part. */
  readonly peers: number;
  /** Bodies that came meanwhile. */
  readonly blocksReceived: number;
  readonly elapsedMs: number;
}

export interface ChainStats {
  readonly isRunning: boolean;
  /** Whether the chain outlives this run: the store is durable. Else the next start fetches all of it anew. */
  readonly isKept: boolean;
  /** Of the beat, ms. */
  readonly interval: number;
  /** `closed`: the swarm is not started. `behind`: better chains are known whose blocks are not here yet. */
  readonly state: "closed" | "stopped" | "behind" | "live";
  readonly tip: BlockId;
  readonly height: number;
  readonly headerHeight: number;
  /** Peers that told of a chain of this network. */
  readonly peers: number;
  /** Ends of chains and announcements of transactions that each transport carried. */
  readonly perTransport: Readonly<Record<TransportId, RoadCount>>;
  readonly pool: { readonly pending: number; readonly queued: number; readonly bytes: number };
  readonly rewardPool: RewardPool;
  readonly tokens: number;
  readonly reorgs: number;
  /** Unix ms of the last end of `triggerSync`. */
  readonly lastSyncAt: number | undefined;
  /** What was refused, by code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly banned: number;
  /** Producers known to have sealed two blocks for one turn. */
  readonly equivocators: number;
  readonly blocksReceived: number;
}

export interface TransactionTerms {
  /** Base units, for whoever puts it into a block. Default 0. */
  readonly fee?: bigint;
  /** Blocks, from the present tip, in which it may still stand. Default 10,000. */
  readonly expiresInBlocks?: number;
}

/** A profile token and its id. */
export interface TokenEntry extends Token {
  readonly id: Hash;
}

export interface TokenPlan {
  /** `^[A-Z]{3,5}$`; taken once. */
  readonly ticker: string;
  readonly name: string;
  /** Whole tokens, 100 to 10,000. Default 10,000. */
  readonly maxSupply?: bigint;
  /** SHA-256 of the description that travels beside the chain. Default: none, 64 zeros. */
  readonly metaHash?: Hash;
}

/** What a token's owner says of it. */
export interface DescribedToken {
  readonly token: Hash;
  readonly bytes: Uint8Array;
  readonly seq: bigint;
  /** SHA-256 of the bytes. */
  readonly contentHash: Hash;
  /** Whether the token's `metaHash` names this one. */
  readonly isNamed: boolean;
}

/**
 * One node's chain: what it holds, what to do with it, and how it is kept in step. The node's account is its identity: the public
 * key behind its peer id, so who has a peer id can be paid. Amounts are base units, 100,000,000 to a coin.
 *
 * All but `getStats`, `start` and `stop` throws SwarmError `CHAIN_NOT_OPEN` before the swarm has started.
 */
export interface BlockchainSync {
  /** The node's own account. */
  readonly account: Account;
  /** Takes part again after `stop`. A swarm's start does it by itself. Twice is harmless. */
  start(): Promise<void>;
  /** Asks and answers nothing more. The chain stays open to be read, and written to by `mine`. Twice is harmless. */
  stop(): Promise<void>;
  /** Asks every connected peer, and waits until all that they told of is here. @throws the signal's reason */
  triggerSync(o?: { readonly signal?: AbortSignal }): Promise<SyncResult>;
  getStats(): ChainStats;
  /** An account's balance and nonce. Default: the own. */
  getBalance(account?: Account | PeerId): AccountEntry;
  getRewardPool(): RewardPool;
  /** By id or ticker. */
  getToken(idOrTicker: string): TokenEntry | undefined;
  getTokens(): readonly TokenEntry[];
  /** What the account holds of a token. */
  getHolding(token: Hash, account?: Account | PeerId): bigint;
  /** By id, or of the active chain by height. */
  getBlock(idOrHeight: BlockId | number): Promise<Block | undefined>;
  /** Of the active chain, from this height on; at most 1,000 at a time. */
  getBlocks(from: number, count: number): Promise<readonly Block[]>;
  /** What waits for a block. */
  getPending(): readonly NamedTransaction[];
  /**
   * Takes a signed transaction, and tells the peers of it.
   * @throws SwarmError `CHAIN_TRANSACTION_REFUSED`
   */
  submitTransaction(transaction: Transaction): Promise<TransactionId>;
  /**
   * Writes a transaction of any type, signs it with the node's identity and submits it.
   * @throws SwarmError `CHAIN_VALUE_INVALID`, `CHAIN_TRANSACTION_REFUSED`
   */
  write<Payload>(type: TransactionType<Payload>, payload: Payload, terms?: TransactionTerms): Promise<TransactionId>;
  /** @throws as `write` */
  transfer(to: Account | PeerId, amount: bigint, terms?: TransactionTerms): Promise<TransactionId>;
  /** Gives to the reward pool. @throws as `write` */
  donate(amount: bigint, terms?: TransactionTerms): Promise<TransactionId>;
  /** @throws as `write` */
  deployToken(plan: TokenPlan, terms?: TransactionTerms): Promise<TransactionId>;
  /** @throws as `write` */
  transferToken(token: Hash, to: Account | PeerId, amount: bigint, terms?: TransactionTerms): Promise<TransactionId>;
  /**
   * Says something of the own token, up to 32 KiB, of any form: signed, kept beside the chain, and told to all. The newest counts.
   * @returns SHA-256 of the bytes, which `deployToken` and the transaction type `tokenMeta` may name in the chain
   * @throws SwarmError `CHAIN_DESCRIPTION_REFUSED`, `CHAIN_VALUE_INVALID` over 32 KiB
   */
  describeToken(bytes: Uint8Array): Promise<Hash>;
  /** What its owner says of a token, by id or ticker; undefined where it is not here. */
  getTokenDescription(idOrTicker: string): Promise<DescribedToken | undefined>;
  /**
   * Makes the next block of what waits, for the own account, and tells all peers at once over every connected transport. Where a better
   * one came while it was made, that one stands: this one is kept beside it and nobody is told of it, what it held waits on, and
   * `getBlock(height)` is another one.
   * @throws SwarmError `CHAIN_NOT_IN_TURN`, `CHAIN_BLOCK_REFUSED`; the signal's reason
   */
  mine(o?: { readonly signal?: AbortSignal }): Promise<Block>;
}

/** Where the plugin's `BlockchainSync` stands in a node. */
export const blockchainPort: OnePort<BlockchainSync> = definePort<BlockchainSync>("blockchain-sync");

/** The part of a swarm that is needed here. */
export interface PortHolder {
  get<Value>(port: OnePort<Value>): Value;
}

/**
 * The chain of a swarm.
 *
 * @throws SwarmError `CHAIN_NO_SWARM` called bare, `CHAIN_NOT_INSTALLED` where the swarm runs without this plugin
 */
export function getBlockchainSync(swarm: PortHolder): BlockchainSync {
  if (typeof swarm !== "object" || swarm === null || typeof swarm.get !== "function") {
    throw chainError("CHAIN_NO_SWARM", "getBlockchainSync needs the swarm whose chain is meant");
  }
  try {
    return swarm.get(blockchainPort);
  } catch (error) {
    if (!SwarmError.is(error, "PORT_UNKNOWN")) throw error;
    throw chainError("CHAIN_NOT_INSTALLED", "this swarm runs without @swarm-space/chain-sync", { cause: error });
  }
}

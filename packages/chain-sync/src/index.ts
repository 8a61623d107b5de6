/**
 * Blocks, transactions, reward pool and profile tokens, in step over every road.
 *
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import chainSync, { getBlockchainSync } from "@swarm-space/chain-sync";
 *
 * await using swarm = await createSwarm({ plugins: [use(chainSync, { parameters: { leastDifficulty: 1_024 } })] });
 * await swarm.start();
 * const chain = getBlockchainSync(swarm);
 * await chain.mine();
 * console.log(chain.getBalance().balance, chain.getStats().height);
 * ```
 */
export {
  type BlockchainSync,
  blockchainPort,
  type ChainStats,
  type DescribedToken,
  getBlockchainSync,
  type PortHolder,
  type SyncResult,
  type TokenEntry,
  type TokenPlan,
  type TransactionTerms,
} from "./api/blockchain-sync.ts";
export { type ChainSyncConfig, type ChainSyncSettings, chainSyncConfig } from "./api/chain-sync-config.ts";
export { coinDecimals, coinsText } from "./api/coins.ts";
export { accountOf, signTransaction } from "./api/own-account.ts";
export type { StateNews } from "./api/swarm-events.ts";
export { draftBlock, sealDraft } from "./chain/build-block.ts";
export { ancestorAt, forkOf, type HeaderNode, HeaderTree, pathBetween } from "./chain/header-tree.ts";
export { findFork, makeLocator } from "./chain/locator.ts";
export { type ChainRules, chainRules, type ReplacedRules } from "./chain/rules.ts";
export * from "./codec/index.ts";
export { compactDifficulty, expandDifficulty } from "./consensus/difficulty.ts";
export { longestValid } from "./consensus/longest-valid.ts";
export { isEquivocation, poaRoundRobin } from "./consensus/poa-round-robin.ts";
export { powSha256 } from "./consensus/pow-sha256.ts";
export { contentHashOf as descriptionHash } from "./hashing/description-id.ts";
export { signingDomains } from "./hashing/domains.ts";
export { blockIdOf, nameTransaction, openBody, openHeader, transactionClaim, transactionIdOf } from "./hashing/ids.ts";
export { merkleRoot } from "./hashing/merkle.ts";
export { StateTree } from "./hashing/state-tree.ts";
export * from "./ledger/index.ts";
export type { BlockBody } from "./live/body-intake.ts";
export type { Position } from "./live/branch-run.ts";
export type { ChainEvents, ChainNews, TellChain } from "./live/chain-events.ts";
export type { HeadersTaken } from "./live/header-intake.ts";
export type { NodeChain, NodeChainOptions } from "./live/node-chain.ts";
export { openChain } from "./live/open-chain.ts";
export { PoolRoom, type PoolRoomOptions } from "./live/pool-room.ts";
export { strictSignatures } from "./live/strict-signatures.ts";
export * from "./model/index.ts";
export { chainSync as default, chainSyncWith } from "./plugin.ts";
export { defaultPoolLimits } from "./pool/pool-limits.ts";
export { TransactionPool } from "./pool/transaction-pool.ts";
export { kernelChainStore } from "./store/kernel-chain-store.ts";
export type { RoadCount } from "./sync/road-counts.ts";
export type { SyncNews } from "./sync/tell-sync.ts";

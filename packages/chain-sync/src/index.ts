/**
 * Blocks, transactions, reward pool and profile tokens, in step over every road.
 */
export { draftBlock, sealDraft } from "./chain/build-block.ts";
export { type ChainRules, chainRules, type ReplacedRules } from "./chain/rules.ts";
export * from "./codec/index.ts";
export { compactDifficulty, expandDifficulty } from "./consensus/difficulty.ts";
export { longestValid } from "./consensus/longest-valid.ts";
export { isEquivocation, poaRoundRobin } from "./consensus/poa-round-robin.ts";
export { powSha256 } from "./consensus/pow-sha256.ts";
export { signingDomains } from "./hashing/domains.ts";
export { blockIdOf, nameTransaction, transactionClaim, transactionIdOf } from "./hashing/ids.ts";
export { merkleRoot } from "./hashing/merkle.ts";
export { StateTree } from "./hashing/state-tree.ts";
export * from "./ledger/index.ts";
export * from "./model/index.ts";

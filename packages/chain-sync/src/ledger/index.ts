/** The state machine `swarm-ledger`: accounts, reward pool, profile tokens, and the registry of transaction types. */
export { poolDonate, poolPayout, transfer } from "./coin-types.ts";
export {
  type AccountEntry,
  type RewardPool,
  readSlot,
  type StateBook,
  type Supply,
  slots,
  type Token,
} from "./kept-values.ts";
export { Overlay } from "./overlay.ts";
export { rewardAt } from "./reward.ts";
export { swarmLedger } from "./swarm-ledger.ts";
export { readToken, tokenIdOf, tokenRules, unlockedSupply } from "./token-rules.ts";
export { tokenBurn, tokenClose, tokenDeploy, tokenMeta, tokenMint, tokenTransfer } from "./token-types.ts";
export type { AnyTransactionType, Desk, OpenedPayload, TransactionType } from "./transaction-type.ts";
export {
  defineTransactionType,
  encodePayload,
  firstFreeNumber,
  type TypeRegistry,
  typeRegistry,
} from "./type-registry.ts";

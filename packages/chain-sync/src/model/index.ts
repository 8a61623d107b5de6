/** The words of the chain: data and the interfaces that a network may replace. Nothing here does anything. */
export * from "./block.ts";
export * from "./chain-parameters.ts";
export * from "./chain-store.ts";
export * from "./consensus.ts";
export * from "./fork-choice.ts";
export * from "./header.ts";
export * from "./hex.ts";
export * from "./limits.ts";
export * from "./signature-claim.ts";
export * from "./state.ts";
export * from "./token-description.ts";
export * from "./transaction.ts";
export * from "./transaction-pool.ts";
export * from "./verdict.ts";
export * from "./verdict-table.ts";

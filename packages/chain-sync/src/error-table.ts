/** This plugin's codes; see `docs/errors.md`. Reasons to refuse what others sent are verdicts, in `model/verdict-table.ts`. */
export const errorTable = Object.freeze({
  /** A header, transaction or payload holds a value that its byte form has no room for. */
  CHAIN_VALUE_INVALID: "Correct the value that the message names; amounts are whole base units of at most 64 bits.",
  /** The parameters of the network contradict themselves. */
  CHAIN_PARAMETERS_INVALID: "Correct what the message names. All nodes of a network need the same parameters.",
  /** Two transaction types have one number, or one name. */
  CHAIN_TYPE_TAKEN: "Give one of them another number: those below 32 are swarm-ledger's own.",
  /** A state machine or consensus of a third party broke its own contract. */
  CHAIN_RULE_BROKEN: "Run the suites of @swarm-space/chain-sync/conformance against it.",
  /** A newer version wrote the chain that the store holds. */
  CHAIN_STORE_NEWER: "Update @swarm-space/chain-sync, or give this node another store.",
  /** The store holds the chain of another network: its genesis is another one. */
  CHAIN_STORE_FOREIGN: "Correct the network's parameters, or give this node another store.",
  /** The store holds a chain that does not agree with itself. */
  CHAIN_STORE_CORRUPT: "Clear the chain's namespaces in the store; the node fetches the chain anew from its peers.",
  /** The node has no durable store: its chain ends with the process, and each start fetches all of it anew. */
  CHAIN_NOT_KEPT: "Add `@swarm-space/store-level` (Node) or `@swarm-space/store-idb` (pages) to its plugins.",
  /** `getBlockchainSync` was called without a swarm: there is no chain of the whole process. */
  CHAIN_NO_SWARM: "Pass what `createSwarm` resolved to: `getBlockchainSync(swarm)`.",
  /** The swarm runs without the plugin `@swarm-space/chain-sync`. */
  CHAIN_NOT_INSTALLED: 'Add `use(chainSync)`, or `{ "use": "@swarm-space/chain-sync" }`, to its plugins.',
  /** The chain was asked for before the swarm was started, or after it was stopped. */
  CHAIN_NOT_OPEN: "Wait for `swarm.start()`.",
  /** The transaction cannot wait for a block at this node; `detail.verdict` says why. */
  CHAIN_TRANSACTION_REFUSED:
    "See `detail.verdict`: an unknown nonce, too small a balance and a broken rule are the sender's to mend.",
  /** The description cannot be the token's at this node; `detail.verdict` says why. */
  CHAIN_DESCRIPTION_REFUSED: "Describe a token that this account owns, that is in the chain, and that is not closed.",
  /** A block that was made here does not hold, or could not be written; `detail.verdict` says why. */
  CHAIN_BLOCK_REFUSED:
    "Where the verdict is INTERNAL, look after the store; else somebody was faster: make the next one.",
  /** Another producer is in turn. */
  CHAIN_NOT_IN_TURN:
    "Wait until `detail.retryAt` (Unix ms); where it is missing, this account is no producer of the network.",
  /** A peer does not answer questions about its chain now: they were too many, or it holds this node for a liar. */
  CHAIN_PEER_BUSY: "None is needed: other peers are asked, and it is tried again.",
} as const);

/** This plugin's codes; see `docs/errors.md`. Reasons to refuse what others sent are verdicts, in `model/verdict-table.ts`. */
export const errorTable = Object.freeze({
  CHAIN_VALUE_INVALID: {
    meaning: "A header, transaction or payload holds a value that its byte form has no room for.",
    cure: "Correct the value that the message names; amounts are whole base units of at most 64 bits.",
  },
  CHAIN_PARAMETERS_INVALID: {
    meaning: "The parameters of the network contradict themselves.",
    cure: "Correct what the message names. All nodes of a network need the same parameters.",
  },
  CHAIN_TYPE_TAKEN: {
    meaning: "Two transaction types have one number, or one name.",
    cure: "Give one of them another number: those below 32 are swarm-ledger's own.",
  },
  CHAIN_RULE_BROKEN: {
    meaning: "A state machine or consensus of a third party broke its own contract.",
    cure: "Run the suites of @swarm-space/chain-sync/conformance against it.",
  },
  CHAIN_STORE_NEWER: {
    meaning: "A newer version wrote the chain that the store holds.",
    cure: "Update @swarm-space/chain-sync, or give this node another store.",
  },
  CHAIN_STORE_FOREIGN: {
    meaning: "The store holds the chain of another network: its genesis is another one.",
    cure: "Correct the network's parameters, or give this node another store.",
  },
  CHAIN_STORE_CORRUPT: {
    meaning: "The store holds a chain that does not agree with itself.",
    cure: "Clear the chain's namespaces in the store; the node fetches the chain anew from its peers.",
  },
  CHAIN_NOT_KEPT: {
    meaning: "The node has no durable store: its chain ends with the process, and each start fetches all of it anew.",
    cure: "Add `@swarm-space/store-level` (Node) or `@swarm-space/store-idb` (pages) to its plugins.",
  },
  CHAIN_NO_SWARM: {
    meaning: "`getBlockchainSync` was called without a swarm: there is no chain of the whole process.",
    cure: "Pass what `createSwarm` resolved to: `getBlockchainSync(swarm)`.",
  },
  CHAIN_NOT_INSTALLED: {
    meaning: "The swarm runs without the plugin `@swarm-space/chain-sync`.",
    cure: 'Add `use(chainSync)`, or `{ "use": "@swarm-space/chain-sync" }`, to its plugins.',
  },
  CHAIN_NOT_OPEN: {
    meaning: "The chain was asked for before the swarm was started, or after it was stopped.",
    cure: "Wait for `swarm.start()`.",
  },
  CHAIN_TRANSACTION_REFUSED: {
    meaning: "The transaction cannot wait for a block at this node; `detail.verdict` says why.",
    cure: "See `detail.verdict`: an unknown nonce, too small a balance and a broken rule are the sender's to mend.",
  },
  CHAIN_DESCRIPTION_REFUSED: {
    meaning: "The description cannot be the token's at this node; `detail.verdict` says why.",
    cure: "Describe a token that this account owns, that is in the chain, and that is not closed.",
  },
  CHAIN_BLOCK_REFUSED: {
    meaning: "A block that was made here does not hold, or could not be written; `detail.verdict` says why.",
    cure: "Where the verdict is INTERNAL, look after the store; else somebody was faster: make the next one.",
  },
  CHAIN_NOT_IN_TURN: {
    meaning: "Another producer is in turn.",
    cure: "Wait until `detail.retryAt` (Unix ms); where it is missing, this account is no producer of the network.",
  },
  CHAIN_PEER_BUSY: {
    meaning:
      "A peer does not answer questions about its chain now: they were too many, or it holds this node for a liar.",
    cure: "None is needed: other peers are asked, and it is tried again.",
  },
} as const);

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
} as const);

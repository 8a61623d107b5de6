import { encodeBody } from "../codec/transaction-codec.ts";
import { blockIdOf } from "../hashing/ids.ts";
import { merkleRoot } from "../hashing/merkle.ts";
import { StateTree } from "../hashing/state-tree.ts";
import type { Block } from "../model/block.ts";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { Consensus } from "../model/consensus.ts";
import { zeroHash } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import type { StateMachine } from "../model/state.ts";

/** The block that everybody has, for it follows from the parameters. */
export interface Genesis {
  readonly block: Block;
  readonly state: StateTree;
}

export const headerVersion = 1;

/** Its state binds all parameters, so its id names the network's rules. */
export function makeGenesis(parameters: ChainParameters, consensus: Consensus, machine: StateMachine): Genesis {
  const state = StateTree.of(machine.genesis());
  const header = {
    version: headerVersion,
    chainId: zeroHash,
    height: 0,
    parent: zeroHash,
    time: parameters.genesisTime,
    transactionRoot: merkleRoot([]),
    stateRoot: state.root(),
    transactionCount: 0,
    bodyBytes: encodeBody([]).length,
    difficulty: consensus.firstDifficulty,
    nonce: 0n,
    producer: zeroHash,
  };
  const sealed = { header, seal: new Uint8Array(chainLimits.sealBytes) };
  return { block: { id: blockIdOf(header), sealed, transactions: [] }, state };
}

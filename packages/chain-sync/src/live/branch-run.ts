import { SwarmError } from "@swarm-space/core";
import { connectBlock } from "../chain/block-checks.ts";
import { forkOf, type HeaderNode, pathBetween } from "../chain/header-tree.ts";
import type { ChainRules } from "../chain/rules.ts";
import type { StateTree } from "../hashing/state-tree.ts";
import type { ChainStore, Connection, Disconnection } from "../model/chain-store.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { Receipt } from "../model/state.ts";
import type { Refusal } from "../model/verdict.ts";
import type { BodiesAtHand } from "./body-intake.ts";
import { checkedBranch } from "./checked-branch.ts";

/** An end of a chain, and the state there. */
export interface Position {
  readonly tip: HeaderNode;
  readonly state: StateTree;
}

export interface LinkedBlock extends Connection {
  readonly node: HeaderNode;
  readonly receipts: readonly Receipt[];
}

/** How far a branch could be followed, in memory alone: nothing is written yet. */
export interface BranchRun extends Position {
  readonly fork: HeaderNode;
  readonly disconnected: readonly (Disconnection & { readonly node: HeaderNode })[];
  readonly connected: readonly LinkedBlock[];
  /** The first block that did not hold. */
  readonly failure: { readonly node: HeaderNode; readonly refusal: Refusal } | undefined;
}

interface Means {
  readonly rules: ChainRules;
  readonly store: ChainStore;
  readonly verifier: SignatureVerifier;
}

/**
 * Goes back from the present tip to the fork, and forward on the other branch, checking every block that was never checked.
 * @param atHand bodies that need not be read back
 */
export async function runBranch(
  { rules, store, verifier }: Means,
  from: Position,
  target: HeaderNode,
  atHand: BodiesAtHand,
): Promise<BranchRun> {
  const fork = forkOf(from.tip, target);
  const disconnected: (Disconnection & { readonly node: HeaderNode })[] = [];
  let { state } = from;
  for (const node of pathBetween(fork, from.tip).toReversed()) {
    const undo = await store.undo(node.id);
    if (undo === undefined) throw missing("undo record", node);
    state = state.with(undo);
    disconnected.push({ id: node.id, height: node.height, undo, node });
  }
  if (state.root() !== fork.sealed.header.stateRoot) throw missing("way back to the state", fork);
  const connected: LinkedBlock[] = [];
  let tip = fork;
  const body = async (node: HeaderNode) => {
    const transactions = atHand.get(node) ?? (await store.body(node));
    if (transactions === undefined) throw missing("body", node);
    return transactions;
  };
  for await (const { node, block, fault } of checkedBranch(pathBetween(fork, target), { verifier, body })) {
    const linked = fault ?? connectBlock(rules, state, block);
    if (!linked.ok) return { fork, disconnected, connected, tip, state, failure: { node, refusal: linked } };
    ({ state } = linked);
    tip = node;
    connected.push({ node, block, delta: linked.delta, undo: linked.undo, receipts: linked.receipts });
  }
  return { fork, disconnected, connected, tip, state, failure: undefined };
}

function missing(what: string, node: HeaderNode): SwarmError {
  return new SwarmError(
    "CHAIN_STORE_CORRUPT",
    `The store has no ${what} of block ${node.id} at height ${node.height}.`,
  );
}

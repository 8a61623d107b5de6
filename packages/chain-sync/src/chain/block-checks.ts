import { transactionClaim } from "../hashing/ids.ts";
import { merkleRoot } from "../hashing/merkle.ts";
import type { StateTree } from "../hashing/state-tree.ts";
import type { Block } from "../model/block.ts";
import type { Header } from "../model/header.ts";
import { chainLimits } from "../model/limits.ts";
import type { SignatureClaim } from "../model/signature-claim.ts";
import type { AppliedBlock } from "../model/state.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import type { ChainRules } from "./rules.ts";

/** A u16 count. */
const bodyHeadBytes = 2;

/** Of the encoded body. */
export function bodyBytesOf(transactions: readonly NamedTransaction[]): number {
  return transactions.reduce((sum, { bytes }) => sum + bytes, bodyHeadBytes);
}

/**
 * Whether these are the transactions that the header names. If not, the copy is bad and nothing is said of the block. The
 * root is over full ids, so whoever has the right ones has the right signatures, too.
 */
export function checkBody(header: Header, transactions: readonly NamedTransaction[]): Verdict {
  const isNamed =
    transactions.length === header.transactionCount &&
    bodyBytesOf(transactions) === header.bodyBytes &&
    merkleRoot(transactions.map(({ fullId }) => fullId)) === header.transactionRoot;
  return isNamed ? accepted : refuse("BODY_MISMATCH");
}

/** What needs no state. After `checkBody`: a fault of the transactions is then a fault of the block. */
export function checkTransactionsAlone(header: Header, transactions: readonly NamedTransaction[]): Verdict {
  const wrong = transactions.findIndex(
    ({ transaction, bytes }) => transaction.chainId !== header.chainId || bytes > chainLimits.transactionBytes,
  );
  return wrong < 0 ? accepted : refuse("BLOCK_TRANSACTION", `number ${wrong} is of another chain, or too large`);
}

/** All that must be signed for a block to stand. One false answer is `BLOCK_SIGNATURE`. */
export function signatureClaims(transactions: readonly NamedTransaction[]): readonly SignatureClaim[] {
  return transactions.map(transactionClaim);
}

export interface ConnectedBlock extends AppliedBlock {
  readonly state: StateTree;
}

/** Runs a block on its parent's state, and holds the result against the header. Signatures are checked before. */
export function connectBlock(
  { machine }: Pick<ChainRules, "machine">,
  parent: StateTree,
  block: Block,
): ConnectedBlock | Refusal {
  const { height, time, producer, stateRoot } = block.sealed.header;
  const transactions = block.transactions.map(({ transaction }) => transaction);
  const applied = machine.applyBlock(parent, { height, time, producer }, transactions);
  if (!applied.ok) return applied;
  const state = parent.with(applied.delta);
  const root = state.root();
  return root === stateRoot
    ? { ...applied, state }
    : refuse("BLOCK_STATE", `the state is ${root}, the header says ${stateRoot}`);
}

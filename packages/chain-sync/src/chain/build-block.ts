import { chainError } from "../chain-error.ts";
import { blockIdOf } from "../hashing/ids.ts";
import { merkleRoot } from "../hashing/merkle.ts";
import type { StateTree } from "../hashing/state-tree.ts";
import type { Block } from "../model/block.ts";
import type { Ancestor, NoTurn, SealTools } from "../model/consensus.ts";
import type { Header } from "../model/header.ts";
import type { Account } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { bodyBytesOf } from "./block-checks.ts";
import { headerVersion } from "./genesis.ts";
import type { ChainRules } from "./rules.ts";

/** A block that only lacks its seal. */
export interface Draft {
  readonly ok: true;
  readonly header: Header;
  readonly transactions: readonly NamedTransaction[];
}

/**
 * The next block on `parent`. Of the candidates it takes, in their order, those that the state admits and the limits leave
 * room for.
 * @param now Unix ms
 */
export function draftBlock(
  { consensus, machine, genesis }: ChainRules,
  parent: Ancestor,
  state: StateTree,
  candidates: readonly NamedTransaction[],
  o: { readonly producer: Account; readonly now: number },
): Draft | NoTurn {
  const turn = consensus.turn(parent, o.producer, o.now);
  if (!turn.ok) return turn;
  const context = { height: parent.height + 1, time: turn.time, producer: o.producer };
  const admitted = machine.select(
    state,
    context,
    candidates.map(({ transaction }) => transaction),
  );
  const chosen = withinLimits(admitted.flatMap((at) => candidates[at] ?? []));
  const applied = machine.applyBlock(
    state,
    context,
    chosen.map(({ transaction }) => transaction),
  );
  // What was selected in its order is admitted in its order: only a machine that breaks its word gets here.
  if (!applied.ok) throw chainError("CHAIN_RULE_BROKEN", `${machine.id} selected what it refuses: ${applied.reason}.`);
  const header: Header = {
    version: headerVersion,
    chainId: genesis.block.id,
    height: context.height,
    parent: parent.id,
    time: turn.time,
    transactionRoot: merkleRoot(chosen.map(({ fullId }) => fullId)),
    stateRoot: state.with(applied.delta).root(),
    transactionCount: chosen.length,
    bodyBytes: bodyBytesOf(chosen),
    difficulty: turn.difficulty,
    nonce: 0n,
    producer: o.producer,
  };
  return { ok: true, header, transactions: chosen };
}

/** The first that fit. Cut at the first that does not, for those behind it may stand on it. */
function withinLimits(transactions: readonly NamedTransaction[]): readonly NamedTransaction[] {
  let bytes = bodyBytesOf([]);
  const end = transactions.findIndex((transaction, at) => {
    bytes += transaction.bytes;
    return at >= chainLimits.transactionsPerBlock || bytes > chainLimits.bodyBytes;
  });
  return end < 0 ? transactions : transactions.slice(0, end);
}

/** Aborted: rejects with the signal's reason. */
export async function sealDraft(
  { consensus }: Pick<ChainRules, "consensus">,
  draft: Draft,
  o: SealTools,
): Promise<Block> {
  const sealed = await consensus.seal(draft.header, o);
  return { id: blockIdOf(sealed.header), sealed, transactions: draft.transactions };
}

import { connectBlock } from "../../src/chain/block-checks.ts";
import { draftBlock, sealDraft } from "../../src/chain/build-block.ts";
import { type HeaderNode, HeaderTree } from "../../src/chain/header-tree.ts";
import type { ChainRules } from "../../src/chain/rules.ts";
import { blockIdOf } from "../../src/hashing/ids.ts";
import type { StateTree } from "../../src/hashing/state-tree.ts";
import { poolDonate, transfer } from "../../src/ledger/index.ts";
import type { Block } from "../../src/model/index.ts";
import { type Person, toolsOf, writeTransaction } from "./chain-play.ts";

/** How one block of a forest comes about. */
export interface BlockPlan {
  /** Which of the blocks before it, from the newest on, it stands on. */
  readonly parent: number;
  readonly stepMs: number;
  readonly by: number;
  readonly payments: readonly { readonly from: number; readonly amount: bigint; readonly isGift: boolean }[];
  /** Its state root is a lie. */
  readonly isBad: boolean;
}

export interface Tree {
  readonly block: Block;
  readonly node: HeaderNode;
  readonly state: StateTree;
  readonly parent: Tree | undefined;
  /** As are all that it stands on. */
  readonly isValid: boolean;
}

/** Blocks of many branches, valid and not, each after its parent. */
export async function growForest(
  rules: ChainRules,
  people: readonly Person[],
  plans: readonly BlockPlan[],
): Promise<readonly Tree[]> {
  const headers = new HeaderTree(rules.genesis.block, rules.consensus, rules.forkChoice);
  const { block, state } = rules.genesis;
  const forest: Tree[] = [{ block, node: headers.genesis, state, parent: undefined, isValid: true }];
  for (const plan of plans) {
    const parent = forest[Math.max(0, forest.length - 1 - plan.parent)];
    const producer = people[plan.by % people.length];
    if (parent === undefined || producer === undefined) throw new Error("the plan names nobody");
    const now = parent.node.time + plan.stepMs;
    const draft = draftBlock(rules, parent.node, parent.state, paymentsOf(rules, people, plan, parent.state), {
      producer: producer.account,
      now,
    });
    if (!draft.ok) throw new Error("not in turn");
    const sealed = await sealDraft(rules, draft, toolsOf(producer));
    const grown = plan.isBad ? spoiled(sealed) : sealed;
    const connected = connectBlock(rules, parent.state, grown);
    forest.push({
      block: grown,
      node: headers.add(grown.id, grown.sealed, parent.node),
      state: connected.ok ? connected.state : parent.state,
      parent,
      isValid: parent.isValid && connected.ok,
    });
  }
  return forest;
}

function paymentsOf(rules: ChainRules, people: readonly Person[], plan: BlockPlan, state: StateTree) {
  return plan.payments.flatMap(({ from, amount, isGift }) => {
    const person = people[from % people.length];
    if (person === undefined) return [];
    const { nonce } = rules.machine.standing(state, person.account);
    const o = { nonce, unsigned: true };
    return isGift
      ? [writeTransaction(rules, person, poolDonate, { amount }, o)]
      : [writeTransaction(rules, person, transfer, { to: people[0]?.account ?? "", amount }, o)];
  });
}

/** At least difficulties any id is work enough, so a lie costs nothing here. */
function spoiled(block: Block): Block {
  const header = { ...block.sealed.header, stateRoot: "00".repeat(32) };
  return { ...block, id: blockIdOf(header), sealed: { ...block.sealed, header } };
}

/** The oracle: of these blocks the best that is valid from the genesis on, by recomputing every chain from the genesis. */
export function bestOf(rules: ChainRules, forest: readonly Tree[], has: ReadonlySet<string>): Tree {
  const genesis = forest[0];
  if (genesis === undefined) throw new Error("a forest has a genesis");
  return forest
    .filter((tree) => tree.isValid && (tree === genesis || has.has(tree.block.id)))
    .reduce((one, other) => (rules.forkChoice.compare(one.node, other.node) >= 0 ? one : other));
}

/** From the genesis up to `tree`, without the genesis. */
export function chainOf(tree: Tree): readonly Tree[] {
  const chain: Tree[] = [];
  for (let at: Tree | undefined = tree; at?.parent !== undefined; at = at.parent) chain.push(at);
  return chain.reverse();
}

/** Replays a chain block by block from the genesis, with nothing that the node itself kept. */
export function recompute(rules: ChainRules, tree: Tree): StateTree {
  let { state } = rules.genesis;
  for (const { block } of chainOf(tree)) {
    const connected = connectBlock(rules, state, block);
    if (!connected.ok) throw new Error(connected.reason);
    ({ state } = connected);
  }
  return state;
}

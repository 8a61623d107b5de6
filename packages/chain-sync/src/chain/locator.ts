import type { BlockId } from "../model/hex.ts";
import { ancestorAt, type HeaderNode, type HeaderTree } from "./header-tree.ts";

/** Ids that stand one behind the other before the steps double. */
const denseSteps = 10;

/** Names a chain to somebody who may have another: the last ten ids, then ever wider steps, the genesis last. About 10 + log₂ n. */
export function makeLocator(tip: HeaderNode): readonly BlockId[] {
  const ids: BlockId[] = [];
  for (let height = tip.height, step = 1; height > 0; height -= step) {
    const node = ancestorAt(tip, height);
    if (node !== undefined) ids.push(node.id);
    if (ids.length >= denseSteps) step *= 2;
  }
  const genesis = ancestorAt(tip, 0);
  return genesis === undefined ? ids : [...ids, genesis.id];
}

/** The first of the ids that stands on the chain of `tip`; the genesis where none does. */
export function findFork(tree: HeaderTree, tip: HeaderNode, locator: readonly BlockId[]): HeaderNode {
  for (const id of locator) {
    const node = tree.get(id);
    if (node !== undefined && ancestorAt(tip, node.height) === node) return node;
  }
  return tree.genesis;
}

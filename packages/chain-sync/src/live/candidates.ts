import type { HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import type { ForkChoice } from "../model/fork-choice.ts";

/** Whether every block back to one that was connected once has its body here. */
function isConnectable(node: HeaderNode): boolean {
  let at: HeaderNode | undefined = node;
  while (at?.status === "body") at = at.parent;
  return at?.status === "valid";
}

/** The best end that the arrival of this body makes reachable; undefined while one below is missing. */
export function connectableFrom(node: HeaderNode, forkChoice: ForkChoice): HeaderNode | undefined {
  if (!isConnectable(node)) return undefined;
  let best = node;
  const waiting = [...node.children];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.status !== "body" && next.status !== "valid") continue;
    if (forkChoice.compare(next, best) > 0) best = next;
    waiting.push(...next.children);
  }
  return best;
}

/** The best end of all that could be connected. Reads the whole tree: for when a block turned out invalid. */
export function bestConnectable(tree: HeaderTree, forkChoice: ForkChoice): HeaderNode | undefined {
  return connectableFrom(tree.genesis, forkChoice);
}

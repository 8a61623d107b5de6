import { type HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import { StateTree } from "../hashing/state-tree.ts";
import type { KeptChain } from "../model/chain-store.ts";
import { corrupt } from "../store/kept-forms.ts";
import type { Position } from "./branch-run.ts";
import { NodeChain, type NodeChainOptions } from "./node-chain.ts";

/**
 * The chain that the store holds, or a new one of the genesis alone. The state is held against the tip's root, so a store that
 * kept half of anything is found out here.
 * @throws SwarmError `CHAIN_STORE_CORRUPT`, `CHAIN_STORE_NEWER`, `CHAIN_STORE_FOREIGN`, and those of `Store`
 */
export async function openChain(o: NodeChainOptions): Promise<NodeChain> {
  const { rules, store, pool } = o;
  const { block, state } = rules.genesis;
  const tree = new HeaderTree(block, rules.consensus, rules.forkChoice);
  const kept = await store.load();
  if (kept === undefined) {
    const delta = new Map(state.entries());
    await store.move(
      { disconnected: [], connected: [{ block, delta, undo: new Map() }], tip: block.id, returned: [] },
      { durable: true },
    );
  }
  const position = kept === undefined ? { tip: tree.genesis, state } : restore(tree, kept);
  await pool.open(position);
  const chain = new NodeChain(o, tree, position);
  await chain.resume();
  return chain;
}

function restore(tree: HeaderTree, kept: KeptChain): Position {
  for (const { id, sealed, status } of kept.headers) {
    if (id === tree.genesis.id) continue;
    const parent: HeaderNode | undefined = tree.get(sealed.header.parent);
    if (parent === undefined) {
      if (status === "valid") throw corrupt("header", `${id} has no parent`);
      // Written in a batch that the medium had not yet flushed when the power failed: fetched again when it is wanted.
      continue;
    }
    tree.add(id, sealed, parent, status);
  }
  const tip = tree.get(kept.tip);
  if (tip === undefined || tip.status !== "valid") throw corrupt("tip", `${kept.tip} is not among the valid headers`);
  const state = StateTree.of(kept.state);
  if (state.root() !== tip.sealed.header.stateRoot) throw corrupt("state", "its root is not the tip's");
  return { tip, state };
}

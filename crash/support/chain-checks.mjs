import { ancestorAt, kernelChainStore, merkleRoot } from "@swarm-space/chain-sync";
import { chainPlay } from "./chain-forest.mjs";

const stateNamespaces = ["accounts", "rewardPool", "profileTokens", "chainState"];

/** For runs that are about the medium: signatures are another suite's matter. */
export const trusting = { verifyBatch: async (claims) => claims.map(() => true) };

/** Whether the block of this id is in the active chain. */
export function isActive(chain, id) {
  const node = chain.tree.get(id);
  return node !== undefined && ancestorAt(chain.tip, node.height) === node;
}

/**
 * Words of what is wrong with an open chain and with what lies in its store: none if every block of the active chain has the body and
 * the place that its header names, and the state that lies there is the one of a replay from the genesis.
 */
export async function flawsOf(chain, store) {
  const { rules } = chainPlay;
  const kept = kernelChainStore(store, rules.genesis.block.id);
  const flaws = [];
  let { state } = rules.genesis;
  for (let height = 1; height <= chain.tip.height; height++) {
    const node = ancestorAt(chain.tip, height);
    const { header } = node.sealed;
    if ((await kept.activeAt(height)) !== node.id) flaws.push(`the index names another block at ${height}`);
    const body = await kept.body(node);
    if (body === undefined) return [...flaws, `no body at ${height}`];
    if (merkleRoot(body.map(({ fullId }) => fullId)) !== header.transactionRoot)
      flaws.push(`a wrong body at ${height}`);
    const { time, producer } = header;
    const applied = rules.machine.applyBlock(
      state,
      { height, time, producer },
      body.map(({ transaction }) => transaction),
    );
    if (!applied.ok) return [...flaws, `height ${height}: ${applied.reason}`];
    state = state.with(applied.delta);
    if (state.root() !== header.stateRoot) flaws.push(`another state at ${height}`);
  }
  const lying = new Map();
  for (const name of stateNamespaces) {
    for await (const [key, value] of store.namespace(name).range()) lying.set(key, value);
  }
  const replayed = new Map(state.entries());
  const isSame =
    lying.size === replayed.size &&
    [...replayed].every(([key, value]) => Buffer.compare(value, lying.get(key) ?? new Uint8Array()) === 0);
  return isSame ? flaws : [...flaws, "the state that lies in the store is not the chain's"];
}

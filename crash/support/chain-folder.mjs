import { kernelChainStore, merkleRoot } from "@swarm-space/chain-sync";
import { SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { levelStore } from "@swarm-space/store-level";
import { openNode } from "../../bench/support/chain-node.mjs";
import { trusting } from "./chain-checks.mjs";
import { chainPlay } from "./chain-forest.mjs";

const storeAt = (path) => levelStore({ path, reserveBytes: 4_096 }, { clock: systemClock(), random: systemRandom() });

/** Adds blocks to the chain in this folder, and closes it. */
export async function fillFolder(path, blocks) {
  const store = storeAt(path);
  await store.open({ signal: AbortSignal.timeout(20_000) });
  const { chain } = await openNode(chainPlay.rules, store, { verifier: trusting });
  for (const block of blocks) await chain.addBlock(block);
  await store.close();
}

/**
 * Reads all that a peer or an application could be given of this folder: headers, bodies, state.
 * @returns "refused" by code, "harmless": all is there, "shortened": a valid chain that ends earlier, or "corrupt" and what
 */
export async function readFolder(path, { known, best }) {
  const { rules } = chainPlay;
  const store = storeAt(path);
  try {
    await store.open({ signal: AbortSignal.timeout(20_000) });
    const { chain } = await openNode(rules, store, { verifier: trusting });
    const { tip, state } = chain.position;
    if (state.root() !== tip.sealed.header.stateRoot) return { word: "corrupt", what: "state" };
    const kept = kernelChainStore(store, rules.genesis.block.id);
    for (const node of chain.tree.nodes()) {
      const { id, sealed } = node;
      if (id !== chain.tree.genesis.id && !known.has(id)) return { word: "corrupt", what: `header ${id}` };
      const body = await kept.body(node);
      const isOwn =
        body === undefined || merkleRoot(body.map(({ fullId }) => fullId)) === sealed.header.transactionRoot;
      if (!isOwn) return { word: "corrupt", what: `body ${id}` };
    }
    return { word: tip.id === best ? "harmless" : "shortened" };
  } catch (error) {
    return SwarmError.is(error) ? { word: "refused" } : { word: "corrupt", what: String(error) };
  } finally {
    await store.close();
  }
}

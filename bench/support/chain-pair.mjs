import chainSync, { getBlockchainSync } from "@swarm-space/chain-sync";
import { createSwarm, definePlugin, memoryStore, ports, use } from "@swarm-space/core";
import * as z from "zod";
import { openNode } from "./chain-node.mjs";
import { until } from "./letter-flow.mjs";
import { wsPlugin } from "./ws-transport.mjs";

/** Above every patience with which a node gathers what it says: acknowledgements, transactions to announce. */
const quietMs = 300;

/**
 * Two whole nodes that hold the same blocks, one link between them: a WebSocket on loopback, sealed as ever.
 * @param o.interval of the beat, ms
 */
export async function chainPair(rules, { blocks = [], interval = 86_400_000 } = {}) {
  let url = "";
  const streams = [];
  const start = async (transport) => {
    const store = await storeWith(rules, blocks);
    const { network, leastDifficulty, blockTimeMs, allocations } = rules.parameters;
    const amounts = allocations.map(({ account, amount }) => ({ account, amount: String(amount) }));
    const swarm = await createSwarm({
      network,
      plugins: [
        use(wsPlugin({ ...transport, onStream: (stream) => streams.push(stream) })),
        use(storePlugin(store)),
        use(chainSync, { interval, parameters: { leastDifficulty, blockTimeMs, allocations: amounts } }),
      ],
    });
    await swarm.start();
    return { swarm, chain: getBlockchainSync(swarm) };
  };
  const one = await start({ listen: true, onAddress: (own) => (url = own) });
  const two = await start({ known: [{ peer: one.swarm.id, value: url }] });
  const nodes = [one, two];
  await two.swarm.connect(one.swarm.id);
  await until(() => nodes.every(({ chain }) => chain.getStats().peers === 1));
  /** What both have given to the link since it stands, sealing and frames of the WebSocket included. */
  const sent = () => streams.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const quiet = async () => {
    for (let before = -1; before !== sent(); ) {
      before = sent();
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
  };
  await quiet();
  return {
    one,
    two,
    sent,
    quiet,
    /** Bytes that both send from now until `what` is done and nothing more comes. */
    async bytesOf(what) {
      const before = sent();
      await what();
      await quiet();
      return sent() - before;
    },
    async [Symbol.asyncDispose]() {
      await two.swarm.stop();
      await one.swarm.stop();
    },
  };
}

async function storeWith(rules, blocks) {
  const store = memoryStore({ maxBytes: 2 ** 28 });
  const { chain } = await openNode(rules, store);
  for (const block of blocks) {
    const verdict = await chain.addBlock(block);
    if (!verdict.ok) throw new Error(`${verdict.code}: ${verdict.reason}`);
  }
  return store;
}

const storePlugin = (store) =>
  definePlugin({
    id: "swarm-space-bench/store",
    api: 1,
    config: z.strictObject({}),
    provides: [ports.store],
    setup({ provide }) {
      provide(ports.store, store);
    },
  });

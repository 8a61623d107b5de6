/** One of two processes whose chains are to be the same: by order it opens a node on some of the transports, and closes it. */
import { getBlockchainSync } from "@swarm-space/chain-sync";
import { createSwarm, use } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import { DataChannels } from "../../examples/hybrid-swarm/data-channels.ts";
import { obeyOrders } from "../../lab/obey-orders.mjs";
import { Answered, Sent } from "./watched-plugins.mjs";

const chainId = "@swarm-space/chain-sync";
const transportId = (name) => `@swarm-space/transport-${name}`;
/** Blocks that are made at once. */
const parameters = { blockTimeMs: 5, leastDifficulty: 256 };
let node;

obeyOrders({
  async open({ transports, network, servers, relays, data }) {
    const channels = { integrated: new DataChannels(), peerjs: new DataChannels() };
    const [answered, sent] = [new Answered(), new Sent()];
    const watched = {
      [transportId("integrated")]: integratedWith({ openEngine: (o) => channels.integrated.openEngine(o) }),
      [transportId("peerjs")]: peerjsWith({ openEngine: (o) => channels.peerjs.openEngine(o) }),
    };
    const only = (name, options) => (transports.includes(name) ? options : false);
    const plugins = hybridPlugins({
      data,
      servers,
      integrated: only("integrated", { gunRelays: [relays.integrated], bindAddress: "127.0.0.1" }),
      gun: only("gun", { relays: [relays.gun] }),
      peerjs: only("peerjs", { bindAddress: "127.0.0.1" }),
      discovery: { bootstrap: [] },
      // A road that died is looked at again after seconds instead of minutes.
      resilience: { openStateTimeout: 1_500, maxBackoffMs: 1_000, baseBackoffMs: 100 },
      chain: { parameters, interval: 3_600_000 },
    }).map(({ plugin, options }) => {
      if (plugin.id === chainId) return use(answered.watch(plugin), options);
      const known = watched[plugin.id] ?? plugin;
      return use(plugin.id.startsWith(transportId("")) ? sent.watch(known) : known, options);
    });
    const swarm = await createSwarm({ network, log: "error", plugins });
    await swarm.start();
    node = { swarm, chain: getBlockchainSync(swarm), channels, answered, sent };
    return { id: swarm.id };
  },
  connect: ({ peer }) => node.swarm.connect(peer),
  part: () => node.chain.stop(),
  rejoin: () => node.chain.start(),
  async mine({ blocks, payments = 0 }) {
    const { chain } = node;
    for (let made = 0; made < blocks; made += 1) {
      const isRich = chain.getBalance().balance >= BigInt(payments);
      for (let paid = 0; isRich && paid < payments; paid += 1) await chain.donate(1n);
      await chain.mine();
    }
  },
  /** Answers when the chain is so high, or the time is over. */
  async until({ height, mostMs }) {
    const { chain, swarm } = node;
    const { promise, resolve } = Promise.withResolvers();
    const timer = setTimeout(resolve, mostMs);
    const undo = swarm.on("block:connected", (block) => block.height >= height && resolve());
    if (chain.getStats().height < height) await promise;
    clearTimeout(timer);
    undo();
    return status();
  },
  cut: ({ owner }) => node.channels[owner].cut(),
  status,
  async close() {
    await node.swarm.stop();
  },
});

async function status() {
  const { swarm, chain, answered, sent } = node;
  const { height, tip, perTransport, blocksReceived, banned, rejected } = chain.getStats();
  const block = await chain.getBlock(tip);
  const [peer] = swarm.peers();
  const ways = peer === undefined ? [] : swarm.explain(peer.id).ways;
  return {
    height,
    tip,
    stateRoot: block?.sealed.header.stateRoot,
    perTransport,
    blocksReceived,
    banned,
    rejected,
    ways,
    transports: peer?.transports ?? [],
    carries: ways.find(({ state }) => state === "carries")?.transport,
    answered: { bytes: answered.bytes, again: answered.again },
    sentBytes: sent.bytes,
  };
}

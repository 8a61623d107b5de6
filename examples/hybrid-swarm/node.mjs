/** One node of the hybrid preset. */
import process from "node:process";
import { createSwarm, ports, use } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import { chainParameters } from "../browser-chat/src/chat-words.ts";
import { runNode } from "../local-swarm/run-node.mjs";
import { ChainPart } from "./chain-part.mjs";
import { joinChat } from "./chat-guest.mjs";
import { DataChannels } from "./data-channels.ts";

const { network, data, servers, relays, ...settings } = JSON.parse(process.argv[2] ?? "{}");
const channels = { integrated: new DataChannels(), peerjs: new DataChannels() };
/** The preset's plugins, two of them with an engine that can be looked into. */
const watched = {
  "@swarm-space/transport-integrated": integratedWith({ openEngine: (o) => channels.integrated.openEngine(o) }),
  "@swarm-space/transport-peerjs": peerjsWith({ openEngine: (o) => channels.peerjs.openEngine(o) }),
};
/** Each road to a server is a link of its own, so that each can be cut alone. */
const swarm = await createSwarm({
  network,
  log: "error",
  plugins: hybridPlugins({
    data,
    servers,
    integrated: { gunRelays: [relays.integrated], bindAddress: "127.0.0.1" },
    gun: { relays: [relays.gun] },
    peerjs: { bindAddress: "127.0.0.1" },
    // Seconds instead of minutes, so that a person sees them.
    discovery: { bootstrap: [] },
    resilience: {
      failureThreshold: 3,
      openStateTimeout: 1_500,
      halfOpenSuccessThreshold: 1,
      maxBackoffMs: 1_000,
      baseBackoffMs: 100,
      minSwitchMs: 500,
    },
    chain: { parameters: chainParameters, interval: 5_000 },
  }).map(({ plugin, options }) => use(watched[plugin.id] ?? plugin, options)),
});
/** Confirmed letters by road. */
const carried = {};
const chain = new ChainPart(swarm);
joinChat(swarm, settings.name);

await runNode(swarm, settings, {
  onReceipt: count,
  status,
  orders: {
    ...chain.orders,
    cut: ({ owner }) => channels[owner].cut(),
    heal: ({ owner }) => channels[owner].heal(),
  },
  follow: (tell) => chain.follow(tell),
});

function count(peer, { transport }) {
  const { road } = swarm.explain(peer).ways.find((way) => way.transport === transport && way.state === "carries") ?? {};
  // A receipt names the transport alone. Where another one carries by now, which of its roads it was is not known, and not counted.
  if (road !== undefined) carried[`${transport}/${road}`] = (carried[`${transport}/${road}`] ?? 0) + 1;
}

async function status() {
  const bytes = { integrated: await channels.integrated.bytes(), peerjs: await channels.peerjs.bytes() };
  const { primary, health } = swarm.getTransportStatus();
  const scores = Object.fromEntries([...health].map(([id, { reliability }]) => [id, reliability]));
  const found = swarm
    .get(ports.discovery)
    .status()
    .sources.map(({ id, found, why }) => ({ id, found, why }));
  const roads = Object.fromEntries(
    swarm.peers().map(({ id }) => {
      const ways = swarm.explain(id).ways;
      const named = (state) => ways.filter((way) => way.state === state).map((way) => `${way.transport}/${way.road}`);
      return [id, { carries: named("carries"), standby: named("standby") }];
    }),
  );
  return { carried, primary, scores, found, roads, bytes, chain: await chain.status() };
}

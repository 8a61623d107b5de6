/** One node of the demonstration, made from a configuration file. */
import process from "node:process";
import { createSwarmFromFile } from "@swarm-space/core/node";
import { runNode } from "./run-node.mjs";

const { config, relay, ...settings } = JSON.parse(process.argv[2] ?? "{}");
const swarm = await createSwarmFromFile(config, {
  overlay: { with: { "@swarm-space/transport-gun": { relays: [relay] } } },
  log: "error",
});
const carriedBy = new Set();

await runNode(swarm, settings, {
  onReceipt: (_peer, { transport }) => carriedBy.add(transport),
  status: () => ({ transports: [...carriedBy], peers: swarm.peers().length }),
});

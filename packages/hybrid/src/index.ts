/**
 * ```ts
 * import { createHybridSwarm } from "@swarm-space/hybrid";
 *
 * await using swarm = await createHybridSwarm({ network: "my-app" });
 * await swarm.start();
 * ```
 */
export { createHybridSwarm, type HybridSwarmOptions } from "./create-hybrid-swarm.ts";
export { type HybridOptions, hybridPlugins } from "./hybrid-plugins.ts";
export { type MeetingServers, publicServers } from "./public-servers.ts";
export * from "./seed-names.ts";

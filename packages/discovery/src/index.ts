/**
 * @example
 * ```ts
 * import { createSwarm, ports, use } from "@swarm-space/core";
 * import discovery from "@swarm-space/discovery";
 *
 * await using swarm = await createSwarm({ plugins: [use(discovery, { enough: 4 })] });
 * await swarm.start();
 * for (const { id, state, why, found } of swarm.get(ports.discovery).status().sources) console.log(id, state, why, found);
 * ```
 */
export {
  type DiscoveryConfig,
  type DiscoverySettings,
  discoveryConfig,
  seedBootstrap,
  seedOrder,
} from "./discovery-config.ts";
export { wilsonLower } from "./peer-score.ts";
export { discovery as default } from "./plugin.ts";

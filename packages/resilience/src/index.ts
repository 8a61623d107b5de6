/**
 * @example
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import resilience, { getConnectionResilience } from "@swarm-space/resilience";
 *
 * await using swarm = await createSwarm({ plugins: [use(resilience, { failureThreshold: 3 })] });
 * console.log(`Open breakers: ${getConnectionResilience(swarm).getStats().openBreakers}`);
 * ```
 */
export { backoffMs } from "./backoff.ts";
export {
  type CircuitBreakerState,
  type ConnectionResilience,
  getConnectionResilience,
  type PeerResilience,
  type PortHolder,
  type ResilienceStats,
  resiliencePort,
} from "./connection-resilience.ts";
export { errorTable } from "./error-table.ts";
export { resilience as default } from "./plugin.ts";
export {
  type ResilienceConfig,
  type ResilienceSettings,
  resilienceConfig,
  type TransportPriority,
} from "./resilience-config.ts";

/**
 * The names of the seed, where a user of the preset looks for them. Its `orchestrator` is what `createHybridSwarm` resolves to, its
 * `blockchainSync` what `getBlockchainSync(orchestrator)` gives, its `transportReliability` the option `resilience.reliability`.
 */
export { type BlockchainSync, getBlockchainSync } from "@swarm-space/chain-sync";
export type { HybridOrchestrator } from "@swarm-space/core";
export {
  type ConnectionResilience,
  getConnectionResilience,
  type ResilienceConfig,
  type TransportPriority,
} from "@swarm-space/resilience";

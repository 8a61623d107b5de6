export { VirtualClock, type VirtualClockOptions } from "./clock/virtual-clock.ts";
export { errorTable } from "./error-table.ts";
export { type FaultScope, type Faults, media } from "./memory/faults.ts";
export { MemoryDiscovery, type MemoryDiscoveryOptions } from "./memory/memory-discovery.ts";
export { MemoryNetwork, type MemoryNetworkOptions } from "./memory/memory-network.ts";
export { type MemoryPluginOptions, memoryPlugin } from "./memory/memory-plugin.ts";
export { MemoryTransport, type MemoryTransportOptions } from "./memory/memory-transport.ts";
export type { FrameFate, FrameSighting, NetworkCounters } from "./memory/network-tap.ts";
export type { OutageScope } from "./memory/outages.ts";
export { SeededRandom } from "./random/seeded-random.ts";
export {
  activeResources,
  canCountResources,
  leakedSince,
  type ResourceCounts,
  resourcesSince,
} from "./resources/active-resources.ts";

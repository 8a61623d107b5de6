/**
 * Virtual time, randomness that replays, a network in memory with a switch for every fault, and whole nodes simulated on them.
 *
 * ```ts
 * import { use } from "@swarm-space/core";
 * import { MemoryNetwork, memoryPlugin, VirtualClock } from "@swarm-space/testkit";
 *
 * const clock = new VirtualClock();
 * const network = new MemoryNetwork({ clock, seed: 1 });
 * const plugins = [use(memoryPlugin({ network }))];
 * network.inject({}, { latencyMs: 20, loss: 0.01 });
 * await clock.advance(1_000);
 * ```
 */

export { LifeClock } from "./clock/life-clock.ts";
export { stillClock } from "./clock/still-clock.ts";
export { VirtualClock, type VirtualClockOptions } from "./clock/virtual-clock.ts";
export type { Datagram, DatagramKind } from "./datagram/datagram.ts";
export type { DatagramFaults } from "./datagram/datagram-faults.ts";
export {
  type ActiveFault,
  type BegunDial,
  type DatagramFate,
  DatagramNetwork,
  type DatagramNetworkOptions,
} from "./datagram/datagram-network.ts";
export { type DatagramPluginOptions, datagramPlugin } from "./datagram/datagram-plugin.ts";
export { DatagramTransport, type DatagramTransportOptions } from "./datagram/datagram-transport.ts";
export { type DiskStoreOptions, diskStore } from "./disk/disk-store.ts";
export { type CrashKind, type DiskCounters, VirtualDisk } from "./disk/virtual-disk.ts";
export { watchedStore } from "./disk/watched-store.ts";
export { errorTable } from "./error-table.ts";
export type { AllMailFaults, MailFaults } from "./mailbox/mail-faults.ts";
export { type MailCounters, MailKeeper, type MailKeeperOptions } from "./mailbox/mail-keeper.ts";
export { type MailboxPluginOptions, mailboxPlugin } from "./mailbox/mailbox-plugin.ts";
export { type MemoryMailboxOptions, memoryMailbox } from "./mailbox/memory-mailbox.ts";
export { type FaultScope, type Faults, media } from "./memory/faults.ts";
export { MemoryDiscovery, type MemoryDiscoveryOptions } from "./memory/memory-discovery.ts";
export { MemoryMailboxes, type MemoryMailboxesOptions } from "./memory/memory-mailboxes.ts";
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
export { type Life, type LifePlan, MortalNode, type MortalNodeOptions } from "./simulator/mortal-node.ts";
export { type NodePlan, type SimulationOptions, type SimulationReport, simulate } from "./simulator/simulate.ts";
export type { Delivery, SimulatedNode } from "./simulator/simulated-node.ts";
export { swiftIdentity, swiftLetterHpke, swiftSuite, swiftVerifier } from "./simulator/swift-crypto.ts";
export { Trace } from "./simulator/trace.ts";
export type { World } from "./simulator/world.ts";

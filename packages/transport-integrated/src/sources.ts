import type { DiscoverySource } from "@swarm-space/core";

/** Presence at the relays, as the cascade's stage "gun". */
export function presenceSource(relay: DiscoverySource): DiscoverySource {
  return { id: "gun", discover: (o) => relay.discover(o), announce: async (self, o) => relay.announce?.(self, o) };
}

import { type DiscoverySource, ports, type Sighting, type Swarm } from "@swarm-space/core";
import type { Finder } from "./finding/finder.ts";

/** Presence at the relays, as the cascade's stage "gun". */
export function presenceSource(relay: DiscoverySource): DiscoverySource {
  return { id: "gun", discover: (o) => relay.discover(o), announce: async (self, o) => relay.announce?.(self, o) };
}

/** The finder's sightings as names alone: an address that says no more would stand beside the ones at relays as another way. */
export function finderSource(finder: Finder): Finder {
  return {
    id: finder.id,
    announce: (self, o) => finder.announce(self, o),
    discover: (o) => bare(finder.discover(o)),
    status: () => finder.status(),
    woke: () => finder.woke(),
    close: (o) => finder.close(o),
  };
}

/** How the finder of a node fares: each tracker, the DHT, what was found and dropped. Undefined: the node has none. */
export function finderOf(swarm: Pick<Swarm, "get">): Pick<Finder, "status"> | undefined {
  return swarm.get(ports.discoverySource).find((source): source is Finder => "status" in source && "woke" in source);
}

async function* bare(sightings: AsyncIterable<Sighting>): AsyncGenerator<Sighting, void> {
  for await (const sighting of sightings) yield sighting.peer === undefined ? sighting : { ...sighting, addresses: [] };
}

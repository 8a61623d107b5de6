import { ports, type Swarm } from "@swarm-space/core";
import type { Finder } from "./finder.ts";

/** How the finder of a node fares: each tracker, the DHT, what was found and dropped. Undefined: the node has none. */
export function finderOf(swarm: Pick<Swarm, "get">): Pick<Finder, "status"> | undefined {
  return swarm.get(ports.discoverySource).find((source): source is Finder => "status" in source && "woke" in source);
}

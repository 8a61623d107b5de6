import type { RoadCapabilities } from "@swarm-space/core";

/** Facts of every connection by a relay. */
export function relayCapabilities(maxFrameBytes: number): RoadCapabilities {
  return { direct: false, maxFrameBytes, latencyClassMs: 200 };
}

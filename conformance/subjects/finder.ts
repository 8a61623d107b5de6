import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import { openFinderPlace } from "../finder-place.ts";
import type { Subject } from "../subject.ts";
import { finderCapabilities, finderNode } from "./finder-node.ts";

const capabilities: DiscoveryCapabilities = {
  ...finderCapabilities,
  crowd: true,
  resources: true,
};

export async function finderHarness(engine: "components" | "webtorrent"): Promise<DiscoveryHarness> {
  const place = await openFinderPlace(engine);
  return {
    open: () => finderNode(place.makeNode()),
    limits: { settleMs: 300, patienceMs: 10_000, mostWaiting: 256 },
    crowd: (count) => place.crowd(count),
    throwRubbish: () => place.babble(),
    held: () => place.held(),
    dispose: () => place.dispose(),
  };
}

/** WebTorrent's parts, and a whole client of it. */
export const finderDiscoveries: readonly Subject[] = (["components", "webtorrent"] as const).map((engine) => ({
  name: `${engine}-discovery`,
  conform: (runner, form) => discoveryConformance({ runner, form, create: () => finderHarness(engine), capabilities }),
}));

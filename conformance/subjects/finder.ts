import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import { openFinderPlace } from "../finder-place.ts";
import type { Subject } from "../subject.ts";

const { signal } = new AbortController();

const capabilities: DiscoveryCapabilities = {
  announces: "it tells an id alone: addresses of other transports have no place on its wire",
  cards: "it tells an id alone",
  withdraws: true,
  crowd: true,
  rubbish: true,
  resources: true,
};

export async function finderHarness(engine: "components" | "webtorrent"): Promise<DiscoveryHarness> {
  const place = await openFinderPlace(engine);
  return {
    async open() {
      const { peer, finder } = place.makeNode();
      return {
        peer,
        source: finder,
        addresses: () => [{ transport: "integrated", value: peer }],
        close: () => finder.close({ signal }),
      };
    },
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

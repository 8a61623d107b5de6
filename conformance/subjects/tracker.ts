import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import type { Subject } from "../subject.ts";
import { openTrackerPlace, type PageEngine } from "../tracker-place.ts";
import type { OpenTracker } from "../tracker-server.ts";

const { signal } = new AbortController();

const capabilities: DiscoveryCapabilities = {
  announces: "it tells an id alone: addresses of other transports have no place on its wire",
  cards: "it tells an id alone",
  withdraws: true,
  crowd: "a page is called by data channels alone, and may not open as many as a crowd has",
  rubbish: true,
  resources: "a page cannot count what it holds",
};

async function trackerHarness(engine: PageEngine, openTracker: OpenTracker): Promise<DiscoveryHarness> {
  const place = await openTrackerPlace(engine, openTracker);
  return {
    open() {
      const { peer, finder } = place.makeNode();
      return {
        peer,
        source: finder,
        addresses: () => [{ transport: "integrated", value: peer }],
        close: () => finder.close({ signal }),
      };
    },
    limits: { settleMs: 300, patienceMs: 15_000, mostWaiting: 256 },
    throwRubbish: () => place.babble(),
    dispose: () => place.dispose(),
  };
}

/** A page's finder: it has no DHT. */
export const trackerDiscovery = (engine: PageEngine, openTracker: OpenTracker): Subject => ({
  name: `${engine.name}-discovery`,
  conform(runner, form) {
    const create = () => trackerHarness(engine, openTracker);
    discoveryConformance({ runner, form, create, capabilities });
  },
});

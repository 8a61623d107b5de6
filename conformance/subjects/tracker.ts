import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import type { FinderOptions } from "../../packages/transport-integrated/src/finding/finder.ts";
import type { Subject } from "../subject.ts";
import { openTrackerPlace } from "../tracker-place.ts";
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

type MakeEngine = () => FinderOptions["engine"];

async function trackerHarness(makeEngine: MakeEngine, openTracker: OpenTracker): Promise<DiscoveryHarness> {
  const place = await openTrackerPlace(makeEngine, openTracker);
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

/** A page's finder: it has no DHT. @param makeEngine one for each node */
export const trackerDiscovery = (engine: string, makeEngine: MakeEngine, openTracker: OpenTracker): Subject => ({
  name: `${engine}-discovery`,
  conform(runner, form) {
    const create = () => trackerHarness(makeEngine, openTracker);
    discoveryConformance({ runner, form, create, capabilities });
  },
});

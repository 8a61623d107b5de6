import {
  type DiscoveryCapabilities,
  type DiscoveryHarness,
  discoveryConformance,
} from "@swarm-space/testkit/conformance";
import type { Subject } from "../subject.ts";
import { openTrackerPlace, type PageEngine } from "../tracker-place.ts";
import type { OpenTracker } from "../tracker-server.ts";
import { finderCapabilities, finderNode } from "./finder-node.ts";

const capabilities: DiscoveryCapabilities = {
  ...finderCapabilities,
  crowd: "a page is called by data channels alone, and may not open as many as a crowd has",
  resources: "a page cannot count what it holds",
};

async function trackerHarness(engine: PageEngine, openTracker: OpenTracker): Promise<DiscoveryHarness> {
  const place = await openTrackerPlace(engine, openTracker);
  return {
    open: () => finderNode(place.makeNode()),
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

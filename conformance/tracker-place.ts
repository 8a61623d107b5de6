import { type PeerId, systemClock, systemRandom } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { createFinder, daysAt, type Finder, type FinderOptions, infoHashOf } from "@swarm-space/webtorrent-driver";
import type { OpenTracker } from "./tracker-server.ts";
import { network, newPeer } from "./wired-plugin.ts";

/** What finds in a page. */
export interface PageEngine {
  readonly name: string;
  /** One for each node. */
  make(): FinderOptions["engine"];
  /** What the page itself made, it ends itself. */
  end(engine: FinderOptions["engine"]): Promise<void>;
}

/** A tracker, and finders that have nothing else, as in a page. */
export interface TrackerPlace {
  makeNode(): { readonly peer: PeerId; readonly finder: Finder };
  /** A stranger calls every node, and says what nobody would. */
  babble(): Promise<void>;
  dispose(): Promise<void>;
}

export async function openTrackerPlace(engines: PageEngine, openTracker: OpenTracker): Promise<TrackerPlace> {
  const [clock, random] = [systemClock(), systemRandom()];
  const tracker = await openTracker();
  const finders = new Map<Finder, FinderOptions["engine"]>();
  return {
    makeNode() {
      const peer = newPeer(random);
      const engine = engines.make();
      const given = { self: peer, network, clock, random, engine };
      const finder = createFinder({
        ...given,
        trackers: { urls: [tracker.url], openWebRtc: () => openWebRtc({ clock }) },
      });
      finders.set(finder, engine);
      return { peer, finder };
    },
    async babble() {
      for (const day of daysAt(clock.wall())) await tracker.babble(await infoHashOf(network, day));
    },
    async dispose() {
      const { signal } = new AbortController();
      await Promise.all([...finders.keys()].map((finder) => finder.close({ signal })));
      await Promise.all([...finders.values()].map((engine) => engines.end(engine)));
      await tracker.close();
    },
  };
}

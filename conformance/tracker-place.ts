import { type PeerId, systemClock, systemRandom } from "@swarm-space/core";
import { createFinder } from "../packages/transport-integrated/src/finding/create-finder.ts";
import { daysAt, infoHashOf } from "../packages/transport-integrated/src/finding/daily-hash.ts";
import type { Finder, FinderOptions } from "../packages/transport-integrated/src/finding/finder.ts";
import type { OpenTracker } from "./tracker-server.ts";
import { network, newPeer } from "./wired-plugin.ts";

/** A tracker, and finders that have nothing else, as in a page. */
export interface TrackerPlace {
  makeNode(): { readonly peer: PeerId; readonly finder: Finder };
  /** A stranger calls every node, and says what nobody would. */
  babble(): Promise<void>;
  dispose(): Promise<void>;
}

/** @param makeEngine one for each node */
export async function openTrackerPlace(
  makeEngine: () => FinderOptions["engine"],
  openTracker: OpenTracker,
): Promise<TrackerPlace> {
  const [clock, random] = [systemClock(), systemRandom()];
  const tracker = await openTracker();
  const finders: Finder[] = [];
  return {
    makeNode() {
      const peer = newPeer(random);
      const given = { self: peer, network, clock, random, engine: makeEngine() };
      const finder = createFinder({ ...given, trackers: [tracker.url], rtc: { iceServers: [] } });
      finders.push(finder);
      return { peer, finder };
    },
    async babble() {
      for (const day of daysAt(clock.wall())) await tracker.babble(await infoHashOf(network, day));
    },
    async dispose() {
      const { signal } = new AbortController();
      await Promise.all(finders.map((finder) => finder.close({ signal })));
      await tracker.close();
    },
  };
}

import { type SignalOptions, SwarmError } from "@swarm-space/core";
import type { Finder, FinderOptions } from "./finder.ts";

/** A finder, at rest: nothing is loaded or opened before somebody announces or looks. */
export function createFinder(_options: FinderOptions): Finder {
  const missing = (): never => {
    throw new SwarmError("ENGINE_MISSING", "No engine finds by WebTorrent");
  };
  return {
    id: "webtorrent",
    announce: async () => missing(),
    discover: () => missing(),
    status: () => ({ engine: "components", sources: [] }),
    woke: () => undefined,
    close: async (_o: SignalOptions) => undefined,
  };
}

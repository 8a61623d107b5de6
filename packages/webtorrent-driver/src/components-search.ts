import { describeError } from "@swarm-space/core";
import { openDhtSearch } from "#dht";
import { allSearches, awaySearch, type Search, type SearchParts } from "./search.ts";
import { openTrackerSearches } from "./tracker/tracker-search.ts";

/** By WebTorrent's own parts: the DHT where there is one, and the trackers. What cannot be opened is told as away; the rest goes on. */
export async function openComponents(parts: SearchParts): Promise<Search> {
  const { dht, trackers } = parts.options;
  const orAway = (sources: readonly string[], opening: Promise<Search>): Promise<Search> =>
    opening.catch((error: unknown) => awaySearch(sources, describeError(error)));
  const opening: Promise<Search>[] = [];
  if (dht !== undefined) opening.push(orAway(["dht"], openDhtSearch(parts, dht)));
  if (trackers !== undefined) opening.push(orAway(trackers.urls, openTrackerSearches(parts, trackers)));
  return allSearches(await Promise.all(opening));
}

import { awaySearch, type Search, type SearchParts } from "./search.ts";

/** A page has no UDP and no TCP, and so no DHT: it meets its peers by trackers. */
export async function openDhtSearch(_parts: SearchParts, _dht: object): Promise<Search> {
  return awaySearch(["dht"], "a browser has no DHT; trackers find");
}

export function dhtGuards(_dht: object, _refused: () => void): undefined {
  return undefined;
}

import type { Search, SearchParts } from "./search.ts";

export async function openWebTorrent(_parts: SearchParts): Promise<Search> {
  throw new Error("soon");
}

import type { ForkChoice, Tip } from "../model/fork-choice.ts";

/**
 * "Longest valid chain wins", read as Bitcoin reads it: of fully valid chains the one of most work, then the higher, then the
 * lower block id. By height alone, blocks made cheaply on schedule from the genesis time would beat every young honest chain.
 */
export const longestValid: ForkChoice = Object.freeze({
  id: "longest-valid",
  compare(one: Tip, other: Tip) {
    if (one.work !== other.work) return one.work > other.work ? 1 : -1;
    if (one.height !== other.height) return one.height > other.height ? 1 : -1;
    if (one.id !== other.id) return one.id < other.id ? 1 : -1;
    return 0;
  },
});

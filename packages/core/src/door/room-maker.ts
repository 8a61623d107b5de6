import type { LiveLink } from "../messaging/live-link.ts";
import { originOf } from "./remote-origin.ts";

/** A newcomer may be silent for so long. */
const newcomerMs = 5_000;
/** Who was of use within this time stays. */
const restMs = 60_000;

/**
 * Of the links that came in and are of no use, the one that gives way to a newcomer: from the crowd that has the most of
 * them, whoever was of use the longest ago. Undefined: all are worth keeping. Pure.
 */
export function leastUseful(lives: Iterable<LiveLink>, now: number): LiveLink | undefined {
  const crowds = new Map<string, LiveLink[]>();
  for (const live of lives) {
    if (!live.inbound || now - (live.usefulAt ?? live.openedAt) < (live.usefulAt === undefined ? newcomerMs : restMs)) {
      continue;
    }
    const { range, relay } = originOf(live.link.connection);
    const key = range ?? relay ?? "";
    const crowd = crowds.get(key) ?? [];
    crowds.set(key, crowd);
    crowd.push(live);
  }
  let largest: readonly LiveLink[] = [];
  for (const crowd of crowds.values()) if (crowd.length > largest.length) largest = crowd;
  const usedAt = (live: LiveLink) => live.usefulAt ?? Number.NEGATIVE_INFINITY;
  let least: LiveLink | undefined;
  for (const live of largest) {
    if (least === undefined || usedAt(live) < usedAt(least)) least = live;
    else if (usedAt(live) === usedAt(least) && live.openedAt < least.openedAt) least = live;
  }
  return least;
}

import type { Ancestor } from "../model/consensus.ts";
import { chainLimits } from "../model/limits.ts";

/** The median of the last eleven times, `from` included. The next header's time must be above it, so time cannot be turned back. */
export function medianTime(from: Ancestor): number {
  const times: number[] = [];
  for (let at: Ancestor | undefined = from; at && times.length < chainLimits.medianSpan; at = at.parent)
    times.push(at.time);
  times.sort((one, other) => one - other);
  return times[times.length >> 1] ?? from.time;
}

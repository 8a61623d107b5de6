import type { Ancestor } from "../model/consensus.ts";
import { chainLimits } from "../model/limits.ts";

/** The median of the last eleven times, `from` included. The next header's time must be above it, so time cannot be turned back. */
export function medianTime(from: Ancestor): number {
  const times: number[] = [];
  let isFalling = true;
  for (let at: Ancestor | undefined = from; at && times.length < chainLimits.medianSpan; at = at.parent) {
    isFalling &&= times.length === 0 || at.time <= (times.at(-1) ?? 0);
    times.push(at.time);
  }
  // On the way back times fall, nearly always.
  if (!isFalling) times.sort((one, other) => other - one);
  return times[(times.length - 1) >> 1] ?? from.time;
}

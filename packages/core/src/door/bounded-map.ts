/**
 * Adds an entry as the newest. Over the cap the one that matters least among the longest unchanged goes, so that a
 * flood of new keys cannot push out the few that weigh much.
 */
export function setBounded<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
  weightOf: (value: Value) => number = () => 0,
): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  let victim: Key | undefined;
  let least = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const [each, held] of map) {
    if (looked++ >= lookedAt) break;
    const weight = weightOf(held);
    if (each === key || weight >= least) continue;
    victim = each;
    least = weight;
  }
  if (victim !== undefined) map.delete(victim);
}

/** Enough to pass over some heavy ones, few enough to be cheap. */
const lookedAt = 16;

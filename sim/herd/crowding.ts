/** How unevenly a crowd comes. */
export interface Crowding {
  readonly count: number;
  /** Most within any one second. */
  readonly peak: number;
  /** In a second, from the return until 95 % are connected, whoever comes later left out. The quiet before the first is in it. */
  readonly mean: number;
  readonly peakOverMean: number;
  /** Most within any tenth of a second. */
  readonly peakOfTenth: number;
  /** By whole seconds from the return. */
  readonly perSecond: readonly number[];
}

const crowdShare = 0.95;

/**
 * @param arrivals when somebody came, in milliseconds from the return
 * @param connected when each was connected, in milliseconds from the return; Infinity: never
 */
export function crowdingOf(arrivals: readonly number[], connected: readonly number[]): Crowding {
  const times = [...arrivals].sort((a, b) => a - b);
  const ends = [...connected].sort((a, b) => a - b);
  const spanMs = Math.max(1_000, ends[Math.ceil(ends.length * crowdShare) - 1] ?? Number.POSITIVE_INFINITY);
  const within = times.filter((at) => at <= spanMs);
  const peak = mostWithin(times, 1_000);
  const mean = within.length / (spanMs / 1_000);
  const perSecond = Array.from({ length: Math.ceil((times.at(-1) ?? 0) / 1_000) }, () => 0);
  for (const at of times) perSecond[Math.floor(at / 1_000)] = (perSecond[Math.floor(at / 1_000)] ?? 0) + 1;
  return {
    count: times.length,
    peak,
    mean,
    peakOverMean: peak / mean,
    peakOfTenth: mostWithin(times, 100),
    perSecond,
  };
}

/** Most of these times, in order, within any so many milliseconds. */
function mostWithin(times: readonly number[], spanMs: number): number {
  let [from, most] = [0, 0];
  for (const [to, at] of times.entries()) {
    while ((times[from] ?? at) <= at - spanMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

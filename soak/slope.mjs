import { median } from "../bench/report.mjs";

/** So many deviations each way hold 95 % of what chance does, and 99.9 %. */
export const deviations95 = 1.96;
export const deviations999 = 3.29;

/**
 * Robust slope of `values` over `times` after Theil (1950) and Sen (1968): the median of the slopes of all pairs; with it Sen's
 * interval, which needs no shape of the noise: between the slopes whose ranks lie so many deviations of Kendall's sum apart.
 */
export function theilSen(times, values, deviations = deviations95) {
  const slopes = [];
  for (let i = 0; i < times.length; i++)
    for (let j = i + 1; j < times.length; j++) slopes.push((values[j] - values[i]) / (times[j] - times[i]));
  slopes.sort((one, other) => one - other);
  const count = times.length;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const rank = (shift) => Math.min(slopes.length - 1, Math.max(0, Math.round((slopes.length + shift) / 2)));
  return {
    slope: slopes.length > 0 ? median(slopes) : 0,
    low: slopes[rank(-deviations * deviation)] ?? 0,
    high: slopes[rank(deviations * deviation)] ?? 0,
  };
}

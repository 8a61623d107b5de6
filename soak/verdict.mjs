import { median, row } from "../bench/report.mjs";
import { deviations999, theilSen } from "./slope.mjs";

/** Rounds at the start that are left out: functions run for the first time and are compiled, and pools are filled. */
const warmShare = 0.25;
/** Below so many samples a slope says nothing. */
const leastSamples = 12;
/** One lost in every fourth round of those that count would be as many. */
const mostUncertain = 11;
const mebibyte = 1_048_576;
const hourMs = 3_600_000;

/** The rows of a run. */
export function rowsOf({ traffic, counts, samples, rate, left, lastedMs }) {
  const warm = samples.slice(Math.floor(samples.length * warmShare));
  const isLong = warm.length >= leastSamples;
  const judged = (goal) => (isLong ? goal : `${goal}, for information: too few samples`);
  const none = (value) => value === 0;
  const info = (name, value, unit) => row({ name, values: [value], unit });
  return [
    row({
      name: "rate",
      values: [(traffic.confirmed * 1_000) / lastedMs],
      unit: "letters/s, pauses and faults included",
      goal: judged(`≥ ${rate}`),
      holds: (value) => !isLong || value >= rate,
    }),
    row({ name: "lost", values: [traffic.lost], unit: "letters", goal: "0", holds: none }),
    row({ name: "doubled", values: [traffic.doubled], unit: "letters", goal: "0", holds: none }),
    row({ name: "failed", values: [traffic.failed], unit: "letters", goal: "0", holds: none }),
    ...heapRows(warm, isLong, judged),
    ...grownRows("timers", warm, isLong, judged),
    ...grownRows("sockets", warm, isLong, judged),
    row({ name: "left after the stop", values: [left], unit: "timers and sockets", goal: "0", holds: none }),
    info("timers", median(warm.map(({ timers }) => timers)), "timers"),
    info("sockets", median(warm.map(({ sockets }) => sockets)), "sockets"),
    info("samples", warm.length, "samples"),
    ...[...counts].map(([fault, times]) =>
      row({ name: `${fault} bit`, values: [times], unit: "times", goal: "> 0", holds: (value) => value > 0 }),
    ),
  ];
}

/** Of the whole heap, with its interval: a run in which the noise is as large as the goal says nothing, and does not hold. */
export function heapRows(warm, isLong, judged) {
  const slopeOf = (bytesOf) => {
    const { slope, low, high } = theilSen(
      warm.map(({ at }) => at),
      warm.map(bytesOf),
    );
    return [slope, low, high].map((bytesPerMs) => (bytesPerMs * hourMs) / mebibyte);
  };
  const [slope, low, high] = slopeOf(({ heap }) => heap);
  const [code] = slopeOf((each) => each.code);
  const [data] = slopeOf((each) => each.heap - each.code);
  const atMost = (most) => (value) => !isLong || value <= most;
  const info = (name, value, unit) => row({ name, values: [value], unit });
  return [
    row({
      name: "heap slope",
      values: [slope],
      unit: "MiB/h after collection",
      goal: judged("≤ 1"),
      holds: atMost(1),
    }),
    info("heap slope, low end", low, "MiB/h, 95 %"),
    info("heap slope, high end", high, "MiB/h, 95 %"),
    row({
      name: "heap slope, uncertainty",
      values: [(high - low) / 2],
      unit: "MiB/h, half of the interval",
      goal: judged("≤ 1"),
      holds: atMost(1),
    }),
    info("of it code", code, "MiB/h"),
    info("of it all else", data, "MiB/h"),
    info("heap", median(warm.map(({ heap }) => heap)) / mebibyte, "MiB"),
  ];
}

/**
 * How many more stand at the end than at the beginning, by the slope of all samples. How many stand at a moment hangs on which links
 * stand then, and varies by a dozen timers: half of all runs that lose none have a slope above 0. So what is judged is how many it is at
 * the very least, and that the noise would not hide one in every second round, twice as many as half its interval may be. What the nodes leave when they stop has a row of its own.
 */
export function grownRows(key, warm, isLong, judged) {
  const times = warm.map(({ at }) => at);
  const lasted = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const { slope, low, high } = theilSen(
    times,
    warm.map((each) => each[key]),
    deviations999,
  );
  const atMost = (most) => (value) => !isLong || value <= most;
  return [
    row({
      name: `${key} grown`,
      values: [low * lasted],
      unit: `${key}, at the least, 99.9 %`,
      goal: judged("≤ 0"),
      holds: atMost(0),
    }),
    row({ name: `${key} grown, likeliest`, values: [slope * lasted], unit: key }),
    row({
      name: `${key} grown, uncertainty`,
      values: [((high - low) / 2) * lasted],
      unit: `${key}, half of the interval`,
      goal: judged(`≤ ${mostUncertain}`),
      holds: atMost(mostUncertain),
    }),
  ];
}

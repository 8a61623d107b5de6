import process from "node:process";
import { median, percentile, row } from "../../bench/report.mjs";
import { longestSilence } from "../../examples/hybrid-swarm/figures.ts";
import { kinds } from "./kinds.mjs";
import { runCuts } from "./place.mjs";

/** How long a cut lasts, in turn. */
const holds = [3_000, 1_000, 2_000];
/** Networks beside each other. */
const most = { short: 5, whole: 6 };
const mostMs = 2_000;
/** Of fewer gaps the 95th percentile is the worst one: it is told, and judged with those of all cuts. */
const leastGaps = 20;

/** A row for each kind of cut, and for all of them: letters lost and doubled, and how long either side heard nothing. */
export async function cutRows({ link, count, names, progress, signal }) {
  const wanted = kinds.filter(({ name }) => names.includes(name));
  const places = count > 40 ? most.whole : most.short;
  const all = Array.from({ length: count }, (_, at) => ({
    kind: wanted[at % wanted.length],
    side: 1 + (Math.floor(at / wanted.length) % 2),
    holdMs: holds[Math.floor(at / wanted.length) % holds.length],
  }));
  let begun = 0;
  const done = await Promise.all(
    Array.from({ length: Math.min(places, count) }, (_, place) =>
      runCuts({
        name: `swarm-cuts-${process.pid}-${place}`,
        ...{ link, signal, seed: place + 1 },
        cuts: all.filter((_, at) => at % places === place),
        progress: () => progress(`cuts: ${++begun} of ${count}`),
      }),
    ),
  );
  return rowsOf(done, wanted);
}

function rowsOf(places, wanted) {
  const sum = (of) =>
    places.flatMap(({ logs }) => logs.map((log, side) => of(log, logs[1 - side]))).reduce((a, b) => a + b, 0);
  const none = { goal: "0", holds: (value) => value === 0 };
  const cuts = places.flatMap(({ cuts, logs }) => cuts.map((cut) => ({ ...cut, gaps: gapsOf(cut, logs) })));
  const gapRow = (name, gaps) => {
    const p95 = percentile(gaps, 0.95);
    const goal = gaps.length < leastGaps ? {} : { goal: `≤ ${mostMs} ms`, holds: (value) => value <= mostMs };
    const made = row({ name, values: [p95], unit: "ms, p95 of the gap", ...goal });
    return { ...made, median: Math.round(median(gaps)), worst: Math.max(...gaps), gaps: gaps.length };
  };
  return [
    row({ name: "sent", values: [sum(({ sent }) => sent)], unit: "letters", goal: "> 0", holds: (value) => value > 0 }),
    row({
      name: "lost",
      values: [sum(({ arrived }, other) => tally(other.sent, arrived).lost)],
      unit: "letters",
      ...none,
    }),
    row({
      name: "doubled",
      values: [sum(({ arrived }, other) => tally(other.sent, arrived).doubled)],
      unit: "letters",
      ...none,
    }),
    row({ name: "not confirmed", values: [sum(({ failed }) => failed.length)], unit: "letters", ...none }),
    row({
      name: "both roads stood before the cut",
      values: [cuts.filter(({ stood }) => stood).length],
      unit: `of ${cuts.length}`,
      goal: `${cuts.length}`,
      holds: (value) => value === cuts.length,
    }),
    row({
      name: "the data channel carried, both ways",
      values: [cuts.filter(({ carries }) => carries).length],
      unit: `of ${cuts.length}`,
    }),
    gapRow(
      `all ${cuts.length} cuts`,
      cuts.flatMap(({ gaps }) => gaps),
    ),
    ...wanted.map(({ name }) => {
      const own = cuts.filter(({ kind }) => kind.name === name);
      return gapRow(
        `${name}: ${own.length}`,
        own.flatMap(({ gaps }) => gaps),
      );
    }),
  ];
}

/** How long each side heard nothing: from the cut, where a way was left, else from when there is one again. */
function gapsOf({ kind, from, endedAt, to }, logs) {
  const silence = (arrived) => longestSilence(arrived, kind.leavesWay ? from : endedAt, to);
  return logs.map(({ arrived }) => silence(arrived.map(({ at }) => at)));
}

/** Letters that were sent and did not arrive, and those that arrived more than once or were never sent. */
export function tally(sent, arrived) {
  const numbers = new Set(arrived.map(({ number }) => number));
  const known = [...numbers].filter((number) => number >= 0 && number < sent).length;
  return { lost: sent - known, doubled: arrived.length - known };
}

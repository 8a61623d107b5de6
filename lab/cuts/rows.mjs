import process from "node:process";
import { median, percentile, row } from "../../bench/report.mjs";
import { gapOf, moveGapOf } from "./gaps.mjs";
import { kinds } from "./kinds.mjs";
import { runCuts } from "./place.mjs";

/** How long a cut lasts, in turn. */
const holds = [3_000, 1_000, 2_000];
/** Networks beside each other. */
const most = { short: 5, whole: 6 };
/** A silence is found in so long. */
const mostMs = 2_000;
/** What is told of an error takes no longer, beside the way of the news and of the letter. */
const mostOnErrorMs = 100;
/** From host to hub to host, and back. */
const linksOfRoundTrip = 4;
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
  return rowsOf(done, wanted, mostOnErrorMs + linksOfRoundTrip * link.delayMs);
}

function rowsOf(places, wanted, mostMoveMs) {
  const sum = (of) =>
    places.flatMap(({ logs }) => logs.map((log, side) => of(log, logs[1 - side]))).reduce((a, b) => a + b, 0);
  const none = { goal: "0", holds: (value) => value === 0 };
  const cuts = places.flatMap(({ cuts, logs }) =>
    cuts.map((cut) => ({ ...cut, gaps: logs.map((log) => gapOf(cut, log)), moves: movesOf(cut, logs) })),
  );
  const gapRow = (name, gaps, what = "the gap", goalMs = mostMs) => {
    const p95 = percentile(gaps, 0.95);
    const goal = gaps.length < leastGaps ? {} : { goal: `≤ ${goalMs} ms`, holds: (value) => value <= goalMs };
    const made = row({ name, values: [p95], unit: `ms, p95 of ${what}`, ...goal });
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
    {
      ...row({
        name: "both roads stood before the cut",
        values: [cuts.filter(({ stood }) => stood).length],
        unit: `of ${cuts.length}`,
        goal: `${cuts.length}`,
        holds: (value) => value === cuts.length,
      }),
      missing: cuts.flatMap(({ stood, kind, after, roads }) => (stood ? [] : [{ before: kind.name, after, roads }])),
    },
    row({
      name: "the data channel carried, both ways",
      values: [cuts.filter(({ carriesFrom }) => carriesFrom.every(Boolean)).length],
      unit: `of ${cuts.length}`,
    }),
    gapRow(
      `all ${cuts.length} cuts`,
      cuts.flatMap(({ gaps }) => gaps),
    ),
    ...wanted.flatMap(({ name, isError }) => {
      const own = cuts.filter(({ kind }) => kind.name === name);
      const moves = own.flatMap(({ moves }) => moves);
      return [
        gapRow(
          `${name}: ${own.length}`,
          own.flatMap(({ gaps }) => gaps),
        ),
        ...(isError && moves.length > 0 ? [gapRow(`${name}: to the other road`, moves, "the move", mostMoveMs)] : []),
      ];
    }),
  ];
}

/** Of those directions whose letters went by the data channel. Who did not notice its end made the whole gap. */
function movesOf(cut, logs) {
  return logs.flatMap((log, side) =>
    cut.carriesFrom[1 - side] ? [moveGapOf(cut, log, logs[1 - side]) ?? gapOf(cut, log)] : [],
  );
}

/** Letters that were sent and did not arrive, and those that arrived more than once or were never sent. */
export function tally(sent, arrived) {
  const numbers = new Set(arrived.map(({ number }) => number));
  const known = [...numbers].filter((number) => number >= 0 && number < sent).length;
  return { lost: sent - known, doubled: arrived.length - known };
}

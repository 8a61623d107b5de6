import process from "node:process";
import { median, percentile, row } from "../../bench/report.mjs";
import { tally } from "../cuts/rows.mjs";
import { runChanges } from "./place.mjs";

const mostMs = 5_000;
/** Networks beside each other, of each kind. */
const places = 3;

/** How soon a data channel stands again after a change of address, while letters flow and while nothing is said; and what became of the letters. */
export async function restartRows({ link, rounds, isBlind, progress, signal }) {
  const all = places * 2 * rounds;
  let done = 0;
  const run = (talks, place) =>
    runChanges({
      name: `swarm-restart-${process.pid}-${talks ? "busy" : "idle"}-${place}`,
      ...{ link, rounds, talks, isBlind, signal, seed: place + 1 },
      progress: () => progress(`restart: ${++done} of ${all}`),
    });
  const runs = (talks) => Promise.all(Array.from({ length: places }, (_, place) => run(talks, place)));
  const [busy, idle] = await Promise.all([runs(true), runs(false)]);
  return [
    backRow("direct again, letters flowing", busy),
    backRow("direct again, nothing said", idle),
    ...letterRows([...busy, ...idle]),
  ];
}

function backRow(name, runs) {
  const values = runs.flatMap(({ backMs }) => backMs);
  const p95 = percentile(values, 0.95);
  const goal = `p95 ≤ ${mostMs} ms`;
  const made = row({ name, values: [p95], unit: "ms, p95", goal, holds: (value) => value <= mostMs });
  return { ...made, median: Math.round(median(values)), worst: Math.max(...values), changes: values.length };
}

function letterRows(runs) {
  const sum = (of) =>
    runs.flatMap(({ logs }) => logs.map((log, side) => of(log, logs[1 - side]))).reduce((a, b) => a + b, 0);
  const none = { unit: "letters", goal: "0", holds: (value) => value === 0 };
  return [
    row({ name: "sent", values: [sum(({ sent }) => sent)], unit: "letters", goal: "> 0", holds: (value) => value > 0 }),
    row({ name: "lost", values: [sum(({ arrived }, other) => tally(other.sent, arrived).lost)], ...none }),
    row({ name: "doubled", values: [sum(({ arrived }, other) => tally(other.sent, arrived).doubled)], ...none }),
    row({ name: "not confirmed", values: [sum(({ failed }) => failed.length)], ...none }),
  ];
}

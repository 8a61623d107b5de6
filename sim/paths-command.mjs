import { report, row } from "../bench/report.mjs";
import { runAll, seedsFrom } from "./crew.mjs";
import { pathAblations } from "./path-ablations.ts";

/** A letter in so many milliseconds. */
const gaps = [20, 100, 500];
const leastShare = 0.95;
const mostSwitches = 1;
/** Seeds that an ablation is tried with. */
const ablationSeeds = 20;

/** Whole nodes with two ways, in virtual time: does the better way carry the letters, and is it left in peace? */
export async function runPathsCommand({ seeds, from, jobs, json }) {
  const tasks = [
    ...gaps.flatMap((gapMs) =>
      ["swap", "noise"].flatMap((scenario) =>
        seedsFrom(from, seeds).map((seed) => ({ kind: "paths", seed, scenario, gapMs })),
      ),
    ),
    ...pathAblations.flatMap(({ name, scenario }) =>
      seedsFrom(from, Math.min(seeds, ablationSeeds)).map((seed) => ({
        kind: "paths",
        seed,
        scenario,
        gapMs: gaps[0],
        ablation: name,
      })),
    ),
  ];
  const reports = await runAll({ jobs, tasks, unit: "runs" });
  report(rowsOf(reports), { json, title: `Choice of ways, ${seeds} seeds` });
}

function rowsOf(reports) {
  const of = (scenario, gapMs, ablation) =>
    reports.filter(({ task }) => task.scenario === scenario && task.gapMs === gapMs && task.ablation === ablation);
  const shares = (list) => list.map(({ shareOnBest }) => 100 * (shareOnBest ?? 0));
  const switches = (list) => list.map((each) => each.mostSwitches);
  const missing = reports.reduce((sum, each) => sum + each.missing, 0);
  return [
    ...gaps.flatMap((gapMs) => {
      const swapped = of("swap", gapMs);
      const rate = `${1_000 / gapMs} letters/s`;
      return [
        row({
          name: `on the best after a swap, ${rate}`,
          values: shares(swapped),
          unit: "% of letters 51 to 250",
          goal: "≥ 95",
          holds: (value) => value >= 100 * leastShare,
        }),
        row({
          name: `the same, worst seed, ${rate}`,
          values: [Math.min(...shares(swapped))],
          unit: "% of letters 51 to 250",
          goal: "≥ 95",
          holds: (value) => value >= 100 * leastShare,
        }),
        row({
          name: `found after a swap, ${rate}`,
          values: swapped.map(({ switchedAfterMs }) => switchedAfterMs ?? Number.POSITIVE_INFINITY),
          unit: "ms",
        }),
        row({
          name: `most switches in 10 s, ±5 ms, ${rate}`,
          values: [Math.max(...switches(of("noise", gapMs)), ...switches(swapped))],
          unit: "switches, worst seed",
          goal: "≤ 1",
          holds: (value) => value <= mostSwitches,
        }),
      ];
    }),
    row({ name: "letters not handled", values: [missing], unit: "letters", goal: "0", holds: (value) => value === 0 }),
    ...pathAblations.map(({ name, scenario }) => {
      const list = of(scenario, gaps[0], name);
      return scenario === "noise"
        ? row({
            name: `ablation: ${name}`,
            values: switches(list),
            unit: "switches in 10 s",
            goal: "> 1",
            holds: (value) => value > mostSwitches,
          })
        : row({
            name: `ablation: ${name}`,
            values: shares(list),
            unit: "% of letters 51 to 250",
            goal: "< 95",
            holds: (value) => value < 100 * leastShare,
          });
    }),
  ];
}

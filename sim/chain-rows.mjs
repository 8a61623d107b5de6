import { percentile, row } from "../bench/report.mjs";
import { chainPlants } from "./chain/chain-planted.ts";
import { chainSometimes } from "./chain/sometimes.ts";
import { chainBreaches } from "./chain/town.ts";

const leastBlocks = 40;
/** Whether a rare thing was met is a matter of so many seeds: of fewer it is for information. */
const manySeeds = 100;

export function chainRows(reports, seconds) {
  const engine = reports.filter(({ task }) => task.ground === "engine");
  const whole = reports.filter(({ task }) => task.ground === "whole");
  const red = (breach) => reports.filter((each) => each.breaches.some((one) => one.breach === breach)).length;
  const sum = (key) => reports.reduce((total, { counts }) => total + (counts[key] ?? 0), 0);
  const healed = reports.flatMap(({ healMs }) => healMs ?? []);
  // A red seed ends at once, before all its blocks are made.
  const green = reports.filter(({ breaches }) => breaches.length === 0);
  return [
    ...chainBreaches.map((breach) => never(breach, red(breach))),
    row({
      name: "fewest blocks of honest nodes",
      values: [Math.min(...green.map(({ mined }) => mined))],
      unit: `blocks, ${reports[0]?.nodes} nodes`,
      goal: `≥ ${leastBlocks}`,
      holds: (value) => value >= leastBlocks,
    }),
    row({ name: "one tip after the weather", values: healed, unit: "virtual ms" }),
    row({ name: "the same, slowest seed", values: [Math.max(...healed)], unit: "virtual ms" }),
    ...chainSometimes.map(({ name, of }) =>
      row({
        name: `sometimes ${name}`,
        values: [sum(of)],
        unit: "times",
        goal: "> 0",
        holds: (value) => engine.length < manySeeds || value > 0,
      }),
    ),
    ...[
      ["transactions", reports.reduce((total, { transactions }) => total + transactions, 0), "transactions"],
      ["seeds on the plugin's engine", engine.length, "seeds"],
      ["seeds on whole nodes", whole.length, "seeds"],
      ["CPU a seed, engine", mean(engine), "ms"],
      ["CPU a seed, whole nodes", mean(whole), "ms"],
      ["seconds", seconds, "s"],
    ].map(([name, value, unit]) => row({ name, values: [value], unit })),
  ];
}

export function crowdRows(reports) {
  const first = reports[0];
  const of = `${first?.nodes} nodes, ${first?.mined} blocks`;
  const spread = reports.flatMap(({ spreadMs }) => spreadMs);
  const within = (name, values, mostMs) =>
    row({ name, values, unit: "virtual ms", goal: `≤ ${mostMs}`, holds: (value) => value <= mostMs });
  const healed = reports.map(({ healMs }) => healMs ?? Number.POSITIVE_INFINITY);
  return [
    never(`crowd of ${of}`, reports.filter(({ breaches }) => breaches.length > 0).length),
    within("a block is at 99 % of nodes", spread, 1_000),
    within("the same, 99th of 100 blocks", [percentile(spread, 0.99)], 1_000),
    within("the same, slowest block", [Math.max(...spread)], 1_000),
    within("one tip after a split in halves", healed, 10_000),
    within("the same, slowest seed", [Math.max(...healed)], 10_000),
    row({
      name: "bodies asked for",
      values: reports.map(({ bodiesEach }) => bodiesEach),
      unit: "a node and block",
      goal: "≤ 1.3",
      holds: (value) => value <= 1.3,
    }),
    row({ name: "CPU a crowd", values: [mean(reports)], unit: "ms" }),
  ];
}

export function plantRows(found, seeds) {
  return chainPlants.map(({ name }) =>
    row({
      name,
      values: [found.get(name)?.seed ?? -1],
      unit: `seeds until red (${found.get(name)?.breach ?? "never"})`,
      goal: `≤ ${seeds}`,
      holds: (value) => value > 0 && value <= seeds,
    }),
  );
}

function never(name, value) {
  return row({ name: `red: ${name}`, values: [value], unit: "seeds", goal: "0", holds: (each) => each === 0 });
}

function mean(reports) {
  return reports.length === 0 ? 0 : reports.reduce((total, { cpuMs }) => total + cpuMs, 0) / reports.length;
}

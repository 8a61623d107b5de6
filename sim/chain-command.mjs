import process from "node:process";
import { report, row } from "../bench/report.mjs";
import { chainPlants } from "./chain/chain-planted.ts";
import { chainSometimes } from "./chain/sometimes.ts";
import { crew, runAll, seedsFrom } from "./crew.mjs";

/** One seed in so many runs a second time, on whole nodes. */
const wholeEvery = 20;
const leastBlocks = 40;
const breaches = [
  ["apart", "one tip at all honest nodes", "apart"],
  ["wrong state", "one state, and the one that a second reckoning has", "wrong state"],
  ["lost", "valid transactions lost", "lost"],
  ["took an invalid block", "invalid blocks taken", "took an invalid block"],
  ["forgot", "nodes that came back with less", "forgot"],
  ["blamed the honest", "honest nodes banned", "blamed the honest"],
  ["stuck", "stuck", "stuck"],
  ["escaped", "escaped", "escaped"],
];

/** Whole chains in virtual time: splits, loss, crashes and liars, and what must hold of them afterwards. */
export async function runChainCommand({ what, seeds, seed, ground, from, jobs, json, hashes }) {
  if (what === "planted") return runPlants({ seeds, from, jobs, json });
  const list = seed === undefined ? seedsFrom(from, seeds) : [seed];
  const task = (each, on) => ({ kind: "chain", seed: each, ground: on, trace: seed !== undefined || hashes });
  const tasks =
    seed !== undefined || ground === "whole"
      ? list.map((each) => task(each, ground))
      : [
          ...list.map((each) => task(each, "engine")),
          ...list.slice(0, Math.ceil(list.length / wholeEvery)).map((each) => task(each, "whole")),
        ];
  const startedAt = performance.now();
  const reports = await runAll({
    jobs,
    tasks,
    unit: "seeds",
    heard: (each) => {
      if (each.breaches.length > 0) tellRed(each, seed !== undefined);
      else if (seed !== undefined) tellOne(each);
    },
  });
  if (hashes) return tellHashes(reports, json);
  const seconds = (performance.now() - startedAt) / 1_000;
  report(rowsOf(reports, seconds), { json, title: `Chains, ${seeds} seeds` });
}

function rowsOf(reports, seconds) {
  const engine = reports.filter(({ task }) => task.ground === "engine");
  const whole = reports.filter(({ task }) => task.ground === "whole");
  const red = (breach) => reports.filter((each) => each.breaches.some((one) => one.breach === breach)).length;
  const sum = (key) => reports.reduce((total, { counts }) => total + (counts[key] ?? 0), 0);
  const healed = reports.flatMap(({ healMs }) => healMs ?? []);
  // Whether a rare thing was met is a matter of many seeds: of few it is for information.
  const isMany = engine.length >= 100;
  return [
    ...breaches.map(([breach, , name]) =>
      row({ name: `seeds red: ${name}`, values: [red(breach)], unit: "seeds", goal: "0", holds: (value) => value === 0 }),
    ),
    row({
      name: "fewest blocks of honest nodes",
      values: [Math.min(...reports.filter((each) => each.breaches.length === 0).map(({ mined }) => mined))],
      unit: `blocks, ${reports[0]?.nodes} nodes`,
      goal: `≥ ${leastBlocks}`,
      holds: (value) => value >= leastBlocks,
    }),
    row({ name: "from the end of the weather to one tip", values: healed, unit: "virtual ms" }),
    row({ name: "the same, slowest seed", values: [Math.max(...healed)], unit: "virtual ms" }),
    ...chainSometimes.map(({ name, of }) =>
      row({
        name: `sometimes ${name}`,
        values: [sum(of)],
        unit: "times",
        goal: "> 0",
        holds: (value) => !isMany || value > 0,
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

function mean(reports) {
  return reports.length === 0 ? 0 : reports.reduce((total, { cpuMs }) => total + cpuMs, 0) / reports.length;
}

async function runPlants({ seeds, from, jobs, json }) {
  const found = new Map();
  const queue = chainPlants.flatMap(({ name }) =>
    seedsFrom(from, seeds).map((seed) => ({ kind: "chain", seed, ground: "engine", plant: name })),
  );
  await crew({
    jobs,
    next: () => {
      while (found.has(queue[0]?.plant)) queue.shift();
      return queue.shift();
    },
    heard: ({ breaches: [first], task }) => {
      if (first === undefined || found.has(task.plant)) return;
      found.set(task.plant, { seed: Number(task.seed) - from + 1, breach: first.breach });
      console.error(`sim: ${task.plant}: red at seed ${task.seed}: ${first.breach}: ${first.what}`);
    },
  });
  const rows = chainPlants.map(({ name }) =>
    row({
      name,
      values: [found.get(name)?.seed ?? -1],
      unit: `seeds until red (${found.get(name)?.breach ?? "never"})`,
      goal: `≤ ${seeds}`,
      holds: (value) => value > 0 && value <= seeds,
    }),
  );
  report(rows, { json, title: "Bugs planted in chain-sync" });
}

function tellRed({ breaches: all, seed, task, tail }, isOne) {
  console.error(`\nseed ${seed} is red:`);
  for (const { breach, what, atMs } of all.slice(0, 5)) console.error(`  ${breach} at ${Math.round(atMs)} ms: ${what}`);
  if (isOne) for (const line of tail) console.error(`    ${line}`);
  console.error(`replay: npm run sim -- chain --seed ${seed}${task.ground === "whole" ? " --ground whole" : ""}`);
}

function tellOne({ seed, height, mined, transactions, healMs, virtualMs, hash, counts }) {
  console.error(`seed ${seed}: ${mined} blocks made, height ${height}, ${transactions} transactions, one tip after ${healMs} ms`);
  console.error(`  ${JSON.stringify(counts)}\n  ${virtualMs} ms of virtual time, trace ${hash}`);
}

function tellHashes(reports, json) {
  const hashes = new Map(reports.filter(({ task }) => task.ground === "engine").map(({ seed, hash }) => [seed, hash]));
  const holds = new Set(hashes.values()).size === hashes.size;
  if (json) console.log(JSON.stringify({ hashes: Object.fromEntries(hashes), holds }));
  else for (const [seed, hash] of hashes) console.log(`${seed} ${hash}`);
  if (!holds) process.exitCode = 1;
}

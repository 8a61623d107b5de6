/**
 * `npm run sim -- [--seeds N] [--seed K] [--crypto real] [--json] [--trace-hash] [--jobs N]`: whole nodes in virtual time, under faults.
 * `npm run sim -- planted [--seeds N] [--json]`: bugs planted in the kernel; each must turn the simulation red.
 * `npm run sim -- paths [--seeds N] [--json]`: two ways swap, or waver; the better one carries the letters, and is left in peace.
 * `npm run sim -- eclipse [--seeds N] [--json]`: nine tenths of what discovery answers is hostile; an honest link is kept (1,000 seeds by default).
 * `npm run sim -- chain [--seeds N] [--seed K] [--ground whole] [--json] [--trace-hash]`: chains under splits, loss, crashes and liars.
 * `npm run sim -- chain planted [--seeds N] [--json]`: bugs planted in chain-sync; each must turn it red.
 * `npm run sim -- chain crowd [--seeds N] [--json]`: a hundred nodes and five hundred blocks a seed (part of `chain`, 10 seeds).
 * `npm run sim -- herd [--seeds N] [--seed K] [--nodes N] [--json]`: a relay is away for ten seconds, and for an hour; its 1,000 nodes come back evenly (1 seed by default).
 * Exit 1: something that must never be was seen, or something that must be seen was not.
 */
import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { report, row } from "../bench/report.mjs";
import { runChainCommand } from "./chain-command.mjs";
import { runAll, seedsFrom } from "./crew.mjs";
import { runEclipseCommand } from "./eclipse-command.mjs";
import { runHerdCommand } from "./herd-command.mjs";
import { runPathsCommand } from "./paths-command.mjs";
import { runPlantedCommand } from "./planted-command.mjs";
import { sometimesNames } from "./seed.ts";

/** For 1,000 seeds and more, on two cores with nothing else to do. */
const mostSeconds = 120;

const usage = `npm run sim -- [--seeds N] [--from K] [--seed K] [--crypto real] [--json] [--trace-hash] [--jobs N]
npm run sim -- planted [NAME…] [--seeds N] [--json]
npm run sim -- paths [--seeds N] [--json]
npm run sim -- eclipse [--seeds N] [--json]
npm run sim -- chain [--seeds N] [--from K] [--seed K] [--ground whole] [--json] [--trace-hash] [--jobs N]
npm run sim -- chain planted [--seeds N] [--json]
npm run sim -- chain crowd [--seeds N] [--json]
npm run sim -- herd [--seeds N] [--from K] [--seed K] [--nodes N] [--json] [--jobs N]
exit 1: a goal does not hold`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    from: { type: "string", default: "1" },
    crypto: { type: "string", default: "swift" },
    ground: { type: "string", default: "engine" },
    nodes: { type: "string", default: "1000" },
    jobs: { type: "string", default: String(Math.min(2, availableParallelism())) },
    "trace-hash": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const usualSeeds = { eclipse: "1000", herd: "1" };
const seeds = Number(values.seeds ?? usualSeeds[positionals[0]] ?? "100");
const nodes = Number(values.nodes);
const jobs = Number(values.jobs);
const from = Number(values.from);
const isWrong =
  ![seeds, jobs, nodes].every((each) => Number.isSafeInteger(each) && each >= 1) ||
  !Number.isSafeInteger(from) ||
  nodes % 4 !== 0 ||
  !["swift", "real"].includes(values.crypto) ||
  !["engine", "whole"].includes(values.ground) ||
  (positionals.length > 0 && !["planted", "paths", "eclipse", "chain", "herd"].includes(positionals[0])) ||
  (positionals[0] === "chain" && ![undefined, "planted", "crowd"].includes(positionals[1]));
if (values.help || isWrong) {
  console.error(usage);
  process.exitCode = values.help ? 0 : 2;
} else if (positionals[0] === "planted")
  await runPlantedCommand({ names: positionals.slice(1), tasks, seeds, from, jobs, json: values.json });
else if (positionals[0] === "paths") await runPathsCommand({ seeds, from, jobs, json: values.json });
else if (positionals[0] === "eclipse") await runEclipseCommand({ seeds, from, jobs, json: values.json });
else if (positionals[0] === "herd") {
  const list = values.seed === undefined ? seedsFrom(from, seeds) : [values.seed];
  await runHerdCommand({ seeds: list, nodes, jobs, json: values.json });
} else if (positionals[0] === "chain") {
  const { seed, ground, json, "trace-hash": hashes } = values;
  await runChainCommand({ what: positionals[1], seeds, seed, ground, from, jobs, json, hashes });
} else if (values["trace-hash"]) await runHashes();
else await runSeeds();

/** One given seed, or as many as are wanted. */
function tasks(more = {}) {
  const list = values.seed === undefined ? seedsFrom(from, seeds) : [values.seed];
  return list.map((seed) => ({ seed, crypto: values.crypto, trace: values.seed !== undefined, ...more }));
}

function replayOf({ seed, task }) {
  return `npm run sim -- --seed ${seed}${task.crypto === "real" ? " --crypto real" : ""}`;
}

async function runSeeds() {
  const startedAt = performance.now();
  const queue = tasks();
  // A few with the platform's own cryptography, so that the stand-ins hide nothing.
  if (values.seed === undefined && values.crypto === "swift") {
    for (const task of queue.slice(0, Math.ceil(queue.length / 50))) queue.push({ ...task, crypto: "real" });
  }
  const red = new Map();
  const reports = await runAll({
    jobs,
    tasks: queue,
    unit: "seeds",
    heard: (each) => {
      for (const { breach } of each.breaches) red.set(breach, (red.get(breach) ?? 0) + 1);
      if (each.breaches.length > 0) tellRed(each);
      else if (values.seed !== undefined) tellOne(each);
    },
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  report(rowsOf(reports, red, seconds), { json: values.json, title: `Simulation, ${reports.length} seeds` });
}

function rowsOf(reports, red, seconds) {
  const never = (name, breach, goal = "0") =>
    row({ name, values: [red.get(breach) ?? 0], unit: "letters", goal, holds: (value) => value === 0 });
  const least = (name, list, unit, goal) =>
    row({ name, values: [Math.min(...list)], unit, goal: `≥ ${goal}`, holds: (value) => value >= goal });
  const sum = (key) => reports.reduce((total, { sometimes }) => total + (sometimes[key] ?? 0), 0);
  const info = (name, value, unit, goal = null) => row({ name, values: [value], unit, goal });
  // A red seed ends at once, before all its letters are written.
  const whole = reports.filter(({ breaches }) => breaches.length === 0);
  const fewest = whole.length > 0 ? whole : reports;
  // Whether a rare thing was met is a matter of many seeds: of few it is for information.
  const isMany = reports.length >= 50;
  return [
    never("confirmed lost", "lost"),
    never("doubled after done", "doubled"),
    never("inversions", "inverted"),
    never("stuck", "stuck"),
    never("hurried dials", "hurried"),
    never("escaped", "escaped"),
    least(
      "fewest nodes",
      fewest.map(({ nodes }) => nodes),
      "nodes",
      4,
    ),
    least(
      "fewest letters",
      fewest.map(({ letters }) => letters),
      "letters",
      300,
    ),
    least(
      "fewest faults that bit",
      fewest.map(({ bit }) => bit.length),
      "faults",
      5,
    ),
    ...sometimesNames.map((name) =>
      row({
        name: `sometimes ${name}`,
        values: [sum(name)],
        unit: "times",
        goal: "> 0",
        holds: (value) => !isMany || value > 0,
      }),
    ),
    info(
      "letters",
      reports.reduce((total, { letters }) => total + letters, 0),
      "letters",
    ),
    info(
      "confirmed",
      reports.reduce((total, { outcomes }) => total + (outcomes.confirmed ?? 0), 0),
      "letters",
    ),
    info("most dials of a way in 10 s", Math.max(...reports.map(({ mostDials }) => mostDials ?? 0)), "dials"),
    info("CPU a seed", reports.reduce((total, { cpuMs }) => total + cpuMs, 0) / reports.length, "ms"),
    row({
      name: "seconds",
      values: [seconds],
      unit: "s",
      goal: reports.length >= 1_000 ? "≤ 120 on two idle cores" : null,
      holds: (value) => reports.length < 1_000 || value <= mostSeconds,
    }),
  ];
}

function tellRed({ breaches, task, seed, tail }) {
  console.error(`\nseed ${seed} is red:`);
  for (const { breach, what, atMs } of breaches.slice(0, 5))
    console.error(`  ${breach} at ${Math.round(atMs)} ms: ${what}`);
  if (values.seed !== undefined) for (const line of tail) console.error(`    ${line}`);
  console.error(`replay: ${replayOf({ seed, task })}`);
}

function tellOne({ seed, letters, bit, outcomes, virtualMs, hash }) {
  console.error(`seed ${seed}: ${letters} letters ${JSON.stringify(outcomes)}, ${virtualMs} ms of virtual time`);
  console.error(`  bit: ${bit.join(", ")}\n  trace ${hash}`);
}

async function runHashes() {
  const reports = await runAll({ jobs, tasks: tasks({ trace: true, crypto: "swift" }), unit: "seeds" });
  const hashes = new Map(reports.map(({ seed, hash }) => [seed, hash]));
  const sorted = [...hashes].sort(([one], [other]) => Number(one) - Number(other));
  const isEachItsOwn = new Set(hashes.values()).size === hashes.size;
  if (values.json) console.log(JSON.stringify({ hashes: Object.fromEntries(sorted), holds: isEachItsOwn }));
  else for (const [seed, hash] of sorted) console.log(`${seed} ${hash}`);
  if (!isEachItsOwn) process.exitCode = 1;
}

import process from "node:process";
import { report } from "../bench/report.mjs";
import { chainPlants } from "./chain/chain-planted.ts";
import { chainRows, crowdRows, plantRows } from "./chain-rows.mjs";
import { crew, runAll, seedsFrom } from "./crew.mjs";

/** One seed in so many runs a second time, on whole nodes; and so many have a crowd beside them. */
const wholeEvery = 20;
const crowdEvery = 100;
/** A crowd takes a minute of a processor's own. */
const crowdPatienceMs = 900_000;

/** Chains in virtual time: splits, loss, crashes and liars, and what must hold of them afterwards. */
export async function runChainCommand({ what, seeds, seed, ground, from, jobs, json, hashes }) {
  if (what === "planted") return runPlants({ seeds, from, jobs, json });
  const isOne = seed !== undefined;
  const trace = isOne || hashes;
  const list = isOne ? [seed] : seedsFrom(from, seeds);
  const town = (on) => (each) => ({ kind: "chain", seed: each, ground: on, trace });
  const crowd = (each) => ({ kind: "crowd", seed: each, trace, patienceMs: crowdPatienceMs });
  const startedAt = performance.now();
  const reports = await runAll({
    jobs,
    unit: "seeds",
    tasks:
      what === "crowd"
        ? list.map(crowd)
        : isOne || ground === "whole"
          ? list.map(town(ground))
          : [
              ...list.slice(0, Math.floor(list.length / crowdEvery)).map(crowd),
              ...list.slice(0, Math.ceil(list.length / wholeEvery)).map(town("whole")),
              ...list.map(town("engine")),
            ],
    heard: (each) => {
      if (each.breaches.length > 0) tellRed(each, isOne);
      else if (isOne) tellOne(each);
    },
  });
  if (hashes) return tellHashes(reports, json);
  const seconds = (performance.now() - startedAt) / 1_000;
  const towns = reports.filter(({ task }) => task.kind === "chain");
  const crowds = reports.filter(({ task }) => task.kind === "crowd");
  report([...(towns.length > 0 ? chainRows(towns, seconds) : []), ...(crowds.length > 0 ? crowdRows(crowds) : [])], {
    json,
    title: `Chains, ${list.length} seeds`,
  });
}

/** Seeds until the first red one, for each plant. */
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
  report(plantRows(found, seeds), { json, title: "Bugs planted in chain-sync" });
}

function tellRed({ breaches, seed, task, tail }, isOne) {
  console.error(`\nseed ${seed} is red:`);
  for (const { breach, what, atMs } of breaches.slice(0, 5))
    console.error(`  ${breach} at ${Math.round(atMs)} ms: ${what}`);
  if (isOne) for (const line of tail) console.error(`    ${line}`);
  const kind = task.kind === "crowd" ? "chain crowd" : "chain";
  console.error(`replay: npm run sim -- ${kind} --seed ${seed}${task.ground === "whole" ? " --ground whole" : ""}`);
}

function tellOne({ seed, mined, healMs, hash, counts, ...rest }) {
  console.error(`seed ${seed}: ${mined} blocks made, one tip after ${healMs} ms, trace ${hash}`);
  console.error(
    `  ${JSON.stringify({ height: rest.height, transactions: rest.transactions, cpuMs: rest.cpuMs, ...counts })}`,
  );
}

function tellHashes(reports, json) {
  const hashes = new Map(reports.map(({ seed, task, hash }) => [`${task.ground ?? task.kind} ${seed}`, hash]));
  const holds = new Set(hashes.values()).size === hashes.size;
  if (json) console.log(JSON.stringify({ hashes: Object.fromEntries(hashes), holds }));
  else for (const [seed, hash] of hashes) console.log(`${seed} ${hash}`);
  if (!holds) process.exitCode = 1;
}

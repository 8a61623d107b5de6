/**
 * `npm run fuzz -- [--execs N] [--seed S] [--only NAME,…] [--jobs N] [--json] [--keep] [--decoders FILE] [--patience MS]`
 * A row for each decoder of the house. Exit 1: one threw, hung, was slow, or altered a prototype.
 */
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { median, report, row } from "../bench/report.mjs";
import { keepInput } from "./corpus.mjs";
import { loadBuilt } from "./load-built.mjs";
import { maxInputBytes } from "./mutate.mjs";

const startMs = 60_000;
const slowestGoalMs = 5;
const keptInputs = 16;
const keptBytes = 512;

const { values } = parseArgs({
  options: {
    execs: { type: "string", default: "10000" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
    decoders: { type: "string" },
    patience: { type: "string", default: "10000" },
    jobs: { type: "string", default: String(Math.min(4, availableParallelism())) },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const execs = Number(values.execs);
/** A decoder that says nothing for so many milliseconds never will. */
const silentMs = Number(values.patience);
if (values.help || !Number.isSafeInteger(execs) || execs < 1) {
  console.error(
    "npm run fuzz -- [--execs N] [--seed S] [--only NAME,…] [--jobs N] [--json] [--keep] [--decoders FILE] [--patience MS]\nexit 1: a decoder failed",
  );
  process.exitCode = values.help ? 0 : 2;
} else await main();

async function main() {
  const seed = values.seed ?? String(Date.now());
  const file =
    values.decoders === undefined
      ? new URL("decoders/index.mjs", import.meta.url).href
      : pathToFileURL(values.decoders).href;
  const { houseDecoders } = await import(file);
  const all = (await houseDecoders(loadBuilt)).map((decoder) => decoder.name);
  const names = values.only === "" ? all : all.filter((name) => values.only.split(",").includes(name));
  console.error(`fuzz: ${names.length} decoders, ${execs} tries each, seed ${seed}`);
  const results = new Map();
  const queue = [...names];
  const work = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const result = await runApart({ name, file, execs, seed });
      if (values.keep) keepShortest(name, result.outcomes);
      const judged = rowOf(result, seed);
      results.set(name, judged);
      tell(result, judged);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const rows = names.map((name) => results.get(name));
  report(rows, { json: values.json, title: `Decoders under fire, seed ${seed}` });
}

function tell({ name, errors, tries, findings }, { execsPerSecond, slowestMs }) {
  console.error(
    `fuzz: ${name}: ${errors} errors in ${tries} tries, ${execsPerSecond}/s, slowest hundred ${slowestMs} ms`,
  );
  for (const { what, count, turn, hex } of findings) {
    console.error(`  ${what} (${count} times; turn ${turn})\n  ${hex.length > 400 ? `${hex.slice(0, 400)}…` : hex}`);
  }
}

/** An input for each of the outcomes that took the fewest bytes. */
function keepShortest(name, outcomes) {
  const inputs = [...outcomes.values()].sort((a, b) => a.length - b.length);
  for (const bytes of inputs.slice(0, keptInputs)) if (bytes.length <= keptBytes) keepInput(name, bytes);
}

function rowOf({ name, tries, errors, accepted, ms, replays, outcomes }, seed) {
  const slowestMs = replays.length === 0 ? 0 : median(replays);
  const judged = row({
    name,
    values: [errors],
    unit: "errors",
    goal: `0, and the slowest hundred ≤ ${slowestGoalMs} ms`,
    holds: (value) => value === 0 && slowestMs <= slowestGoalMs,
  });
  const execsPerSecond = Math.round((tries * 1_000) / Math.max(ms, 1));
  return {
    ...judged,
    tries,
    execsPerSecond,
    slowestMs: Number(slowestMs.toPrecision(3)),
    accepted,
    outcomes: outcomes.size,
    seed,
  };
}

/** The result of a campaign in a thread; of one that fell silent, that it did, and at which input. */
function runApart(task) {
  const shared = new SharedArrayBuffer(8 + maxInputBytes + 1_024);
  const state = new Int32Array(shared, 0, 2);
  const failed = (what) => {
    const hex = Buffer.from(new Uint8Array(shared, 8, state[1])).toString("hex");
    const finding = { what, count: 1, turn: state[0], hex };
    return {
      name: task.name,
      tries: state[0],
      accepted: 0,
      errors: 1,
      ms: 1,
      replays: [],
      findings: [finding],
      outcomes: new Map(),
    };
  };
  return new Promise((resolve) => {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: { ...task, shared } });
    let seen = 0;
    let seenAt = performance.now();
    const watch = setInterval(() => {
      if (state[0] !== seen) [seen, seenAt] = [state[0], performance.now()];
      else if (performance.now() - seenAt > (seen === 0 ? startMs : silentMs)) end(failed("does not end"));
    }, 250);
    const end = (result) => {
      clearInterval(watch);
      void worker.terminate();
      resolve(result);
    };
    worker.on("message", end);
    worker.on("error", (error) => end(failed(`ended the thread: ${error?.message ?? error}`)));
    worker.on("exit", () => end(failed("ended the thread")));
  });
}

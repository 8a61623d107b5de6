/**
 * `npm run check`: types, lint, house rules, documents. All steps run, so that one run tells all that is wrong.
 * `-- NAME…` runs the named steps alone; `--without NAME` leaves one out.
 */
import { join } from "node:path";
import process from "node:process";
import { root, run } from "./run.mjs";

const colours = process.stdout.isTTY ? [] : ["--colors=off"];

const steps = [
  { name: "build", run: () => run("tsc", ["-b"]) },
  { name: "types", run: () => run("tsc", ["-p", "tsconfig.test.json"]) },
  { name: "lint", run: () => run("biome", ["ci", "--error-on-warnings", ...colours, "."]) },
  { name: "documents", run: () => run("node", ["scripts/generate.mjs", "--check"]) },
  { name: "core-loads", run: () => run("node", ["scripts/core-alone.mjs", "--collect"]) },
  { name: "core-alone", run: () => run("node", ["scripts/core-alone.mjs"]) },
  { name: "rules", run: () => run("vitest", ["run", "rules"]) },
];

/**
 * Runs the steps and returns the names of those that failed.
 * @param {{ only?: readonly string[], without?: readonly string[] }} [choice]
 */
export function check({ only = [], without = [] } = {}) {
  const chosen = steps.filter(
    (step) => (only.length === 0 || only.includes(step.name)) && !without.includes(step.name),
  );
  const failed = chosen.filter((step) => {
    process.stdout.write(`\n── ${step.name}\n`);
    return step.run() !== 0;
  });
  return failed.map((step) => step.name);
}

/** @param {readonly string[]} words */
function main(words) {
  const without = words.flatMap((word, at) => (words[at - 1] === "--without" ? [word] : []));
  const only = words.filter((word, at) => word !== "--without" && words[at - 1] !== "--without");
  const known = new Set(steps.map((step) => step.name));
  const unknown = [...only, ...without].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    process.stderr.write(`No such step: ${unknown.join(", ")}. There are: ${[...known].join(", ")}.\n`);
    return 2;
  }
  const failed = check({ only, without });
  process.stdout.write(failed.length === 0 ? "\ncheck: all is well\n" : `\ncheck: failed in ${failed.join(", ")}\n`);
  return failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === join(root, "scripts", "check.mjs")) process.exitCode = main(process.argv.slice(2));

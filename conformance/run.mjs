/**
 * `npm run conformance -- [NAME…] [--short] [--json]`: the conformance suites on every first-party implementation of their ports.
 * Exit 1: a promise is not kept, or a check is skipped without a reason.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { subjects } from "./subjects.ts";
import { tryOut } from "./trial.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
/** A process that lives on for so long with nothing left to do, in milliseconds, is ended. */
const lingerMs = 5_000;
const isAsked = (name) => positionals.length === 0 || positionals.some((word) => isNamed(name, word));
const names = subjects.map(({ name }) => name);
const unknown = positionals.filter((word) => !names.some((name) => isNamed(name, word)));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no such subject: ${unknown.join(", ")}`);
  console.error(
    `npm run conformance -- [NAME…] [--short] [--json]\nsubjects: ${names.join(", ")}; one of its words names all that have it\nexit 1: a promise is not kept, or a skip has no reason`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const verdicts = [];
  for (const subject of subjects.filter(({ name }) => isAsked(name))) {
    const options = {
      form: values.short ? "short" : "whole",
      limitMs: 60_000,
      progress: (line) => console.error(line),
    };
    const verdict = await tryOut(subject, options);
    console.error(
      `${verdict.subject}: ${verdict.passed} kept, ${verdict.failures.length} not, ${verdict.skips.length} skipped`,
    );
    verdicts.push(verdict);
  }
  tell(verdicts);
  process.exitCode = verdicts.every(holds) ? 0 : 1;
  // Fires only where something is alive: node-datachannel does not always let go of a channel that came in (docs/troubleshooting.md).
  setTimeout(() => {
    console.error(`conformance: still alive ${lingerMs} ms after the last check, ended by force`);
    process.exit();
  }, lingerMs).unref();
}

/** "integrated" names integrated-direct and integrated-relay. */
function isNamed(name, word) {
  return name === word || name.split("-").includes(word);
}

function holds({ passed, failures, skips }) {
  return passed > 0 && failures.length === 0 && skips.every(({ reason }) => reason !== "" && reason !== "not claimed");
}

function rowOf(verdict) {
  const { subject, passed, failures, skips } = verdict;
  return {
    name: subject,
    value: passed,
    unit: "checks",
    baseline: passed + failures.length,
    ratio: passed / Math.max(1, passed + failures.length),
    spread: 0,
    goal: "all of them, skips explained",
    holds: holds(verdict),
    failures,
    skips,
  };
}

function tell(verdicts) {
  const rows = verdicts.map(rowOf);
  if (values.json) return console.log(JSON.stringify({ rows, holds: rows.every((row) => row.holds) }));
  for (const { name, value, baseline, holds: isWell, skips } of rows) {
    console.log(`${name.padEnd(20)} ${value} of ${baseline} checks${isWell ? "" : "  DOES NOT HOLD"}`);
    for (const { promise, reason } of skips) console.log(`  skipped: ${promise}\n    because: ${reason}`);
  }
}

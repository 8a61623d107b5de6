/**
 * `npm run conformance -- [NAME…] [--short] [--json]`: the conformance suites on every first-party implementation of their ports,
 * those of WebRTC in Node and in a page of Chromium. "peerjs" names all whose name begins so. Exit 1: a promise is not kept, or a check is skipped without a reason.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { chromiumNames, tryInChromium } from "./in-chromium.ts";
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
const names = subjects.map(({ name }) => name);
const unknown = positionals.filter((word) => !names.some((name) => isNamed(name, word)));
const chosen = subjects.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => isNamed(name, word)),
);
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no such subject: ${unknown.join(", ")}`);
  console.error(
    `npm run conformance -- [NAME…] [--short] [--json]\nsubjects: ${names.join(", ")}; one of its words names all that have it\nexit 1: a promise is not kept, or a skip has no reason`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const options = {
    form: values.short ? "short" : "whole",
    limitMs: 60_000,
    progress: (line) => console.error(line),
  };
  const verdicts = [];
  const end = (verdict, place) => {
    const { subject, passed, failures, skips } = verdict;
    console.error(`${subject} (${place}): ${passed} kept, ${failures.length} not, ${skips.length} skipped`);
    verdicts.push({ ...verdict, place });
  };
  for (const subject of chosen) end(await tryOut(subject, options), "node");
  const inPages = chosen.map(({ name }) => name).filter((name) => chromiumNames.includes(name));
  if (inPages.length > 0) for (const verdict of await tryInChromium(inPages, options)) end(verdict, "chromium");
  tell(verdicts);
  process.exitCode = verdicts.every(holds) ? 0 : 1;
}

/** "integrated" names integrated-direct and integrated-relay, "discovery" all that discover. */
function isNamed(name, word) {
  return name === word || name.split("-").includes(word);
}

function holds({ passed, failures, skips }) {
  return passed > 0 && failures.length === 0 && skips.every(({ reason }) => reason !== "" && reason !== "not claimed");
}

function rowOf(verdict) {
  const { subject, place, passed, failures, skips } = verdict;
  return {
    name: place === "node" ? subject : `${subject} in ${place}`,
    place,
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
    console.log(`${name.padEnd(32)} ${value} of ${baseline} checks${isWell ? "" : "  DOES NOT HOLD"}`);
    for (const { promise, reason } of skips) console.log(`  skipped: ${promise}\n    because: ${reason}`);
  }
}

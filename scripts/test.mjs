/**
 * `npm test`: the checks, then all tests. `npm test -- NAME…` builds and runs only the tests whose path has NAME in it.
 * Words that begin with "-" go to vitest as they are. Ends with "N passed, N failed", and fails where no test ran.
 */
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { check } from "./check.mjs";
import { run } from "./run.mjs";
import { readReport, reportFile, reportWords } from "./test-report.mjs";

/** @param {readonly string[]} words */
function runTests(words) {
  mkdirSync(dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  return run("vitest", ["run", ...reportWords, ...words]);
}

/** @param {string} status */
const isOver = (status) => status === "passed" || status === "failed";

/** @param {readonly string[]} words */
function main(words) {
  const isSelection = words.some((word) => !word.startsWith("-"));
  // The rules and core's tests run with the others; that core also loads without any plugin is checked before.
  const failedSteps = isSelection ? check({ only: ["build"] }) : check({ without: ["rules", "core-alone"] });
  const testsExit = runTests(words);
  const tests = readReport();
  // A filter by name skips all the others: those are not meant.
  const isFiltered = words.some((word) => /^(-t|--testNamePattern)/.test(word));
  const skippedNames = tests.filter(({ status }) => !isOver(status)).map(({ name }) => name);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = tests.filter(({ status }) => status === "failed").length;
  if (failedSteps.length > 0) process.stdout.write(`\nChecks failed: ${failedSteps.join(", ")}. See above.\n`);
  if (passed + failed === 0) process.stdout.write("\nNo test ran.\n");
  if (skippedNames.length > 0 && !isFiltered) process.stdout.write(`\nSkipped:\n  ${skippedNames.join("\n  ")}\n`);
  process.stdout.write(
    `\n${passed} passed, ${failed} failed${skippedNames.length > 0 ? `, ${skippedNames.length} skipped` : ""}\n`,
  );
  return failedSteps.length > 0 || testsExit !== 0 || failed > 0 || passed === 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

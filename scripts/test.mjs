/**
 * `npm test`: the checks, then all tests. `npm test -- NAME…` builds and runs only the tests whose path has NAME in it.
 * Words that begin with "-" go to vitest as they are. Ends with "N passed, N failed", and fails where no test ran.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { check } from "./check.mjs";
import { root, run } from "./run.mjs";

const report = join(root, ".swarm-space", "test-report.json");

/** @param {readonly string[]} words */
function runTests(words) {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  return run("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...words]);
}

/** What vitest itself counted; nothing where it wrote no report. */
function readCounts() {
  try {
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numTotalTests - numPassedTests - numFailedTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** @param {readonly string[]} words */
function main(words) {
  const isSelection = words.some((word) => !word.startsWith("-"));
  // The rules and core's tests run with the others; that core also loads without any plugin is checked before.
  const failedSteps = isSelection ? check({ only: ["build"] }) : check({ without: ["rules", "core-alone"] });
  const testsExit = runTests(words);
  const { passed, failed, skipped } = readCounts();
  if (failedSteps.length > 0) process.stdout.write(`\nChecks failed: ${failedSteps.join(", ")}. See above.\n`);
  if (passed + failed === 0) process.stdout.write("\nNo test ran.\n");
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  return failedSteps.length > 0 || testsExit !== 0 || failed > 0 || passed === 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

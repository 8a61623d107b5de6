/** What vitest wrote of its last run. `node scripts/test-report.mjs` fails unless the tests in Chromium ran, all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "./run.mjs";

export const reportFile = join(root, ".swarm-space", "test-report.json");
/** Words for vitest that make it write the report. */
export const reportWords = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];

/** Every test of the last run: its file, its full name, and "passed", "failed" or another word for "did not run". */
export function readReport() {
  try {
    /** @type {{ testResults: { name: string, assertionResults: { fullName: string, status: string }[] }[] }} */
    const { testResults } = JSON.parse(readFileSync(reportFile, "utf8"));
    return testResults.flatMap(({ name: file, assertionResults }) =>
      assertionResults.map(({ fullName, status }) => ({ file: file.replaceAll("\\", "/"), name: fullName, status })),
    );
  } catch {
    return [];
  }
}

/** The tests that need Chromium: how many passed, and how many were skipped. */
export function countBrowserTests() {
  const tests = readReport().filter(({ file }) => file.includes("/tests/browser/"));
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = tests.filter(({ status }) => status === "failed").length;
  return { passed, failed, skipped: tests.length - passed - failed };
}

if (process.argv[1] === join(root, "scripts", "test-report.mjs")) {
  const { passed, failed, skipped } = countBrowserTests();
  process.stdout.write(`in Chromium: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = passed > 0 && failed + skipped === 0 ? 0 : 1;
}

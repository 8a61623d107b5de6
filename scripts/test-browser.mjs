/** `npm run test:browser [-- NAME…]`: builds, and runs every test in Chromium, the long ones too; fails where none ran. */
import { rmSync } from "node:fs";
import process from "node:process";
import { run } from "./run.mjs";
import { countBrowserTests, reportFile, reportWords } from "./test-report.mjs";

/** @param {readonly string[]} words */
function main(words) {
  if (run("tsc", ["-b"]) !== 0) return 1;
  rmSync(reportFile, { force: true });
  const exit = run("vitest", ["run", "--config", "tests/browser/vitest.config.ts", ...reportWords, ...words]);
  const { passed, skipped } = countBrowserTests();
  if (skipped > 0) process.stderr.write("There is no Chromium. Install it, or name it in CHROMIUM.\n");
  return exit !== 0 || passed === 0 || skipped > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

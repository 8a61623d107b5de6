/**
 * Runs the tests of core in a copy of the repository that holds core and the testkit and no other package:
 * a plugin folder can be deleted and core does not notice. `--collect` only loads the test files, and with them all they import.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root, run } from "./run.mjs";

const kept = ["core", "testkit"];
const beside = [
  "package.json",
  "tsconfig.base.json",
  "tsconfig.test.json",
  "vitest.config.ts",
  "vitest.shared.ts",
  "docs",
];
const scope = "@swarm-space";

/** @param {string} house */
function furnish(house) {
  for (const name of beside) cpSync(join(root, name), join(house, name), { recursive: true });
  for (const name of kept) {
    const from = join(root, "packages", name);
    const to = join(house, "packages", name);
    cpSync(from, to, { recursive: true, filter: (path) => !/[\\/]node_modules$/.test(path) });
    const ownModules = join(from, "node_modules");
    if (existsSync(ownModules)) symlinkSync(ownModules, join(to, "node_modules"), "junction");
  }
  const modules = join(house, "node_modules");
  mkdirSync(join(modules, scope), { recursive: true });
  // Links to every library, but not to our own packages: those would bring the plugins back.
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === scope || name === ".vite" || name === ".cache") continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  for (const name of kept) symlinkSync(join(house, "packages", name), join(modules, scope, name), "junction");
}

const house = mkdtempSync(join(tmpdir(), "swarm-space-core-"));
try {
  furnish(house);
  // A name that no test has: every file is loaded, no test is run.
  const words = process.argv.includes("--collect") ? ["--testNamePattern", "^$", "--passWithNoTests"] : [];
  process.exitCode = run("vitest", ["run", "--reporter=dot", "--root", house, "packages/core", ...words], {
    cwd: house,
  });
} finally {
  rmSync(house, { recursive: true, force: true });
}

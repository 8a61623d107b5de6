import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import shared from "./vitest.shared.ts";

/** Where processes that tests start keep what they compiled: most of what a short life takes. */
const compiled = fileURLToPath(new URL("./node_modules/.cache/node", import.meta.url));
const browser = "tests/browser/*.test.ts";
const files = globSync(
  ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts", "rules/**/*.test.ts", "examples/*/test/**/*.test.ts"],
  { exclude: ["**/node_modules/**", "tests/browser/**"] },
);

/**
 * What puts something in another's place (a global IndexedDB, too), hears what nobody caught, or counts what a process holds. Such a file
 * has a process of its own; many of the others run in one, one after the other, which loads the sources once.
 */
const needsOwnProcess =
  /\bvi\.(?:mock|spyOn|stub\w+|useFakeTimers)\b|\bprocess\.on\b|\bactiveResources\b|\b(?:memoryUsage|collectGarbage)\b|\bglobalThis\.\w+ = |\/planted\.ts"|-planted\.ts"|\/campaign\.mjs"|\/support\/database\.ts"/;

const alone = files.filter((file) => needsOwnProcess.test(readFileSync(file, "utf8")));

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      // On two cores vitest would take one; much of what tests do is waiting for processes.
      maxWorkers: 3,
      env: { NODE_COMPILE_CACHE: compiled },
      projects: [
        { extends: true, test: { name: "alone", include: alone } },
        {
          extends: true,
          test: { name: "together", include: files.filter((file) => !alone.includes(file)), isolate: false },
        },
        {
          extends: true,
          test: { name: "browser", include: [browser], globalSetup: ["tests/browser/support/setup.ts"] },
        },
      ],
    },
  }),
);

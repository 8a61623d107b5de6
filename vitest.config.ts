import { defineConfig, mergeConfig } from "vitest/config";
import shared from "./vitest.shared.ts";

const inOneProcess = ["core", "discovery", "resilience", "testkit"].map((name) => `packages/${name}/test/**/*.test.ts`);

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      // On two cores vitest would take one; much of what tests do is waiting for processes.
      maxWorkers: 3,
      projects: [
        {
          extends: true,
          test: {
            name: "node",
            include: [
              "packages/*/test/**/*.test.ts",
              "tests/**/*.test.ts",
              "rules/**/*.test.ts",
              "examples/*/test/**/*.test.ts",
            ],
            exclude: ["**/node_modules/**", "tests/browser/**", ...inOneProcess],
          },
        },
        {
          extends: true,
          // Nothing is put in another's place here, so one process may run many files, and loads the sources once.
          test: { name: "pure", include: inOneProcess, isolate: false },
        },
        {
          extends: true,
          test: {
            name: "browser",
            include: ["tests/browser/*.test.ts"],
            globalSetup: ["tests/browser/support/setup.ts"],
          },
        },
      ],
    },
  }),
);

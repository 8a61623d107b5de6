import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

/** `npm run test:browser`: all tests in Chromium, the long ones too. */
export default mergeConfig(
  shared,
  defineConfig({
    root: fileURLToPath(new URL("../../", import.meta.url)),
    test: {
      name: "browser",
      include: ["tests/browser/**/*.test.ts"],
      globalSetup: ["tests/browser/support/setup.ts"],
      maxWorkers: 2,
    },
  }),
);

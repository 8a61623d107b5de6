import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, with which every script works. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const environment = {
  ...process.env,
  PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
};

/**
 * Runs a program of this repository on the Node that it brings along. Returns its exit code.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
export function run(program, words, options = {}) {
  const result = spawnSync(program, words, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
    env: { ...environment, ...options.env },
  });
  if (result.error) {
    process.stderr.write(`${program}: ${result.error.message}\n`);
    return 127;
  }
  return result.status ?? 1;
}

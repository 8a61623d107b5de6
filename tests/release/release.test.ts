import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { foreignLibraries } from "../../release/heavy-libraries.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("a minor of core bumps core alone, by the changesets that lie here", { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["release/dry-run.mjs", "--json"], { cwd: root });
  expect(JSON.parse(stdout).rows[0]).toMatchObject({ bumped: ["core"], holds: true });
});

test("a heavy library in a tree where it has no business is named", () => {
  const installed = new Set(["gun", "ws", "zod"]);
  const isInstalled = (name: string) => installed.has(name);
  expect(foreignLibraries("transport-gun", isInstalled)).toEqual([]);
  expect(foreignLibraries("core", isInstalled)).toEqual(["gun", "ws"]);
});

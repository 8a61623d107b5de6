import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const fileOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const command = fileURLToPath(new URL("../../../packages/cli/bin/swarm-space.mjs", import.meta.url));

test("two nodes from two files find each other, and the file's own plugin tells of it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fileOf("main.ts")]);
  expect(stdout).toMatch(/^here: came: [a-z2-7]{52}$/m);
  expect(stdout).toMatch(/^config-file: the guest reaches the host by gun$/m);
});

test("the command takes both files", async () => {
  const checks = ["swarm.config.ts", "guest.config.json"].map((name) =>
    promisify(execFile)(process.execPath, [command, "config", "check", fileOf(name)]),
  );
  const [typed, json] = await Promise.all(checks);
  expect(typed?.stdout).toMatch(/^ok: 3 plugins: .*peer-log/);
  expect(json?.stdout).toBe("ok: 1 plugin: @swarm-space/transport-gun\n");
});

import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes, runCli } from "@swarm-space/cli";
import { createSwarm, SwarmError } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import { beforeEach, expect, onTestFinished, test } from "vitest";

let folder = "";
let keyFile = "";
let id = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarm-key-file-"));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  keyFile = join(folder, "identity.key");
  ({ id } = await openIdentityFile(keyFile));
  const config = { network: "key-file-test", identity: { file: "./identity.key" }, plugins: [] };
  await writeFile(join(folder, "swarm.config.json"), JSON.stringify(config));
});

/** `swarm-space start` in that folder, asked to stop as soon as it runs. */
async function start() {
  const out: string[] = [];
  const err: string[] = [];
  const stop = new AbortController();
  const exitCode = await runCli(["start"], {
    folder,
    version: "0.0.0",
    nodeVersion: process.versions.node,
    isTerminal: false,
    say: (line) => {
      out.push(line);
      if (line.startsWith("network ")) stop.abort();
    },
    warn: (line) => err.push(line),
    lines: async function* () {},
    untilStopped: () => stop.signal,
  });
  return { exitCode, out, err: err.join("\n") };
}

test("a sound key file: the node is who it says", async () => {
  expect(await start()).toMatchObject({ exitCode: exitCodes.done, out: [`node ${id}`, expect.any(String), "stopped"] });
});

test("a truncated key file: IDENTITY_FILE_CORRUPT, wherever it was cut; the file stays as it is", async () => {
  const whole = await readFile(keyFile);
  const secret = /secret (\w+)/.exec(whole.toString())?.[1] ?? "";
  expect(secret).toHaveLength(52);
  for (const length of [0, 1, 20, 80, 130, whole.length - 1]) {
    await writeFile(keyFile, whole.subarray(0, length));
    const { exitCode, out, err } = await start();
    expect(exitCode).toBe(exitCodes.failed);
    expect(out).toEqual([]);
    expect(err).toMatch(/^IDENTITY_FILE_CORRUPT: /);
    expect(err).toMatch(/\n {2}cure: Restore it from a backup/);
    expect(err).not.toContain(secret.slice(0, 8));
    expect(await readFile(keyFile)).toEqual(whole.subarray(0, length));
    await expect(openIdentityFile(keyFile)).rejects.toMatchObject({ code: "IDENTITY_FILE_CORRUPT" });
  }
});

test("a key file that others can read: IDENTITY_FILE_EXPOSED, and `chmod 600` is the cure", async () => {
  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    await chmod(keyFile, mode);
    const { exitCode, err } = await start();
    expect(exitCode).toBe(exitCodes.failed);
    expect(err).toMatch(new RegExp(`^IDENTITY_FILE_EXPOSED: .*mode ${mode.toString(8)}`));
    expect(err).toMatch(/\n {2}cure: `chmod 600`/);
  }
  await chmod(keyFile, 0o600);
  expect((await start()).exitCode).toBe(exitCodes.done);
});

test("each has a code of its own, with what to do", async () => {
  const codes = [
    "NETWORK_MISMATCH",
    "VERSION_UNSUPPORTED",
    "IDENTITY_FILE_CORRUPT",
    "IDENTITY_FILE_EXPOSED",
    "LETTER_EXPIRED",
    "STORE_FULL",
  ];
  const cures = codes.map((code) => new SwarmError(code, "").cure);
  expect(new Set(cures).size).toBe(codes.length);
  for (const cure of cures) expect(cure?.length).toBeGreaterThan(10);
  await using swarm = await createSwarm({ identity: await openIdentityFile(keyFile) });
  expect(swarm.id).toBe(id);
});

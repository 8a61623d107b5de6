import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const run = fileURLToPath(new URL("../../crash/run.mjs", import.meta.url));
const [kills, flips] = [4, 40];

/** `npm run crash -- chain` kills a hundred times and turns a thousand bits; this is the same in short. It needs the build. */
test("a chain on a medium that fails: nothing acknowledged is lost, nothing torn, nothing corrupt served", {
  timeout: 90_000,
}, async () => {
  const args = [run, "chain", "--json", "--kills", String(kills), "--flips", String(flips), "--seed", "short"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  const { rows, holds } = JSON.parse(said);
  const values = Object.fromEntries(rows.map(({ name, value }: { name: string; value: number }) => [name, value]));
  const nothing = { acknowledgedLost: 0, torn: 0, corruptServed: 0, stuck: 0 };
  expect(values, errors).toMatchObject({ kills, bitFlips: flips, ...nothing });
  for (const name of ["acknowledgedBlocks", "recordsLost", "flipsRefused", "tornWithoutBatches"]) {
    expect(values[name], `${name} proves that the run put something to the test`).toBeGreaterThan(0);
  }
  expect(holds).toBe(true);
});

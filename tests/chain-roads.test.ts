import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";

const run = fileURLToPath(new URL("../bench/run.mjs", import.meta.url));
const reportSchema = z.object({
  rows: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string(), holds: z.boolean() })),
});

test("two processes, three transports, two of which die in the middle of the chain: one tip at both, nothing fetched twice, and each new block by each connected road", {
  timeout: 90_000,
}, () => {
  // What was built, as the command runs it.
  const words = [run, "chain-roads", "--short", "--json"];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect(stdout, stderr).not.toBe("");
  const { rows } = reportSchema.parse(JSON.parse(stdout));
  expect(
    rows.filter(({ holds }) => !holds),
    stdout,
  ).toEqual([]);
  const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  for (const road of ["integrated", "gun", "peerjs"]) expect(values[`new blocks by ${road}`], road).toBeGreaterThan(0);
  expect(values).toMatchObject({
    "two of three killed, peerjs left: killed mid-sync": 2,
    "two of three killed, peerjs left: fetched twice": 0,
  });
});

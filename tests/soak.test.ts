import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";

const run = fileURLToPath(new URL("../soak/run.mjs", import.meta.url));
const reportSchema = z.object({ rows: z.array(z.object({ name: z.string(), value: z.number() })) });

test("a short soak on the real clock: faults bite, no letter is lost or doubled, no timer and no socket is left", {
  timeout: 60_000,
}, () => {
  // What was built, as the command runs it.
  const words = [run, "--minutes", "0.03", "--rate", "1000", "--json"];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect(stdout, stderr).not.toBe("");
  const values = new Map(reportSchema.parse(JSON.parse(stdout)).rows.map(({ name, value }) => [name, value]));
  for (const name of ["lost", "doubled", "failed", "left after the stop"]) expect(values.get(name), name).toBe(0);
  for (const name of ["alpha cut", "beta cut", "both cut", "alpha silent", "relay dead", "rate"])
    expect(values.get(name), name).toBeGreaterThan(0);
});

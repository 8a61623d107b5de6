import { expect, test } from "vitest";
import { shortRun } from "./short-run.ts";

const [kills, flips] = [4, 40];

/** `npm run crash -- chain` kills a hundred times and turns a thousand bits; this is the same in short. It needs the build. */
test("a chain on a medium that fails: nothing acknowledged is lost, nothing torn, nothing corrupt served", {
  timeout: 90_000,
}, async () => {
  const { values, holds, errors } = await shortRun("chain", "--kills", String(kills), "--flips", String(flips));
  const nothing = { acknowledgedLost: 0, torn: 0, corruptServed: 0, stuck: 0 };
  expect(values, errors).toMatchObject({ kills, bitFlips: flips, ...nothing });
  for (const name of ["acknowledgedBlocks", "recordsLost", "flipsRefused", "tornWithoutBatches"]) {
    expect(values[name], `${name} proves that the run put something to the test`).toBeGreaterThan(0);
  }
  expect(holds).toBe(true);
});

import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";
import { rowsOf, type Sample } from "../soak/verdict.mjs";

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
  expect(values.get("rate")).toBeGreaterThan(0);
  // In so short a run a fault may find nothing under way, which the whole command does not forgive; but none that was planned is
  // without its row, and those that came cut links.
  const bit = ["alpha silent bit", "alpha cut bit", "beta cut bit", "both cut bit", "relay dead bit"];
  expect(bit.filter((name) => !values.has(name))).toEqual([]);
  expect(bit.filter((name) => (values.get(name) ?? 0) > 0).length, stdout).toBeGreaterThanOrEqual(3);
});

const minutes = 5;
const everyMs = 5_000;
/** What samples of one state differ by, in bytes: as measured. */
const noiseBytes = 30_000;

/** A run as it was measured, on which something else is put. */
function judge(
  seed: number,
  more: (secondsIn: number) => Partial<Sample> = () => ({}),
  counts = new Map<string, number>(),
) {
  let state = seed;
  const float = () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const samples = Array.from({ length: (minutes * 60_000) / everyMs }, (_, round) => {
    const base = {
      at: round * everyMs,
      heap: 26e6 + (float() + float() - 1) * 2.4 * noiseBytes,
      code: 8e6,
      // As measured: what rests has its few, and links that come and go have more.
      timers: 18 + Math.floor(float() * float() * 16),
      sockets: 2,
    };
    const { heap = 0, timers = 0, sockets = 0 } = more((round * everyMs) / 1_000);
    return { ...base, heap: base.heap + heap, timers: base.timers + timers, sockets: base.sockets + sockets };
  });
  const traffic = { confirmed: 1_600_000, lost: 0, doubled: 0, failed: 0 };
  const rows = rowsOf({ traffic, counts, samples, rate: 5_000, left: 0, lastedMs: minutes * 60_000 });
  return rows.filter(({ holds }) => !holds).map(({ name }) => name);
}

test("the noise of a run that loses nothing turns no row red", () => {
  for (let seed = 1; seed <= 200; seed++) expect({ seed, red: judge(seed * 7_919) }).toEqual({ seed, red: [] });
});

test("a planted leak turns the heap's row red: 1,000 bytes a second, and a timer every other round or a socket a minute its own", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const leak = judge(seed * 7_919, (seconds) => ({ heap: seconds * 1_000 }));
    expect({ seed, leak }).toEqual({ seed, leak: ["heap slope"] });
    const timers = judge(seed * 7_919, (seconds) => ({ timers: Math.floor(seconds / 10) }));
    expect({ seed, timers }).toEqual({ seed, timers: ["timers grown"] });
  }
  expect(judge(1, (seconds) => ({ sockets: Math.floor(seconds / 60) }))).toEqual(["sockets grown"]);
});

test("a fault that was planned and never bit turns its row red", () => {
  const counts = new Map([
    ["alpha cut", 3],
    ["relay dead", 0],
  ]);
  expect(judge(1, undefined, counts)).toEqual(["relay dead bit"]);
});

test("a run whose noise hides what is asked does not hold", () => {
  const red = judge(1, (seconds) => ({ heap: ((seconds / 5) % 2) * 2e6 * Math.sin(seconds) }));
  expect(red).toContain("heap slope, uncertainty");
});

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import * as z from "zod";

const figures = z.object({
  cycles: z.number(),
  delivered: z.number(),
  heapSlopeBytes: z.number(),
  resourcesLeft: z.record(z.string(), z.number()),
  unhandled: z.number(),
});

/** Runs the cycles in a process of their own. `leak` keeps something of each cycle: the ablation. */
async function run(cycles: number, leak: boolean): Promise<z.infer<typeof figures>> {
  const script = fileURLToPath(new URL("./stop-cycles.child.ts", import.meta.url));
  const hooks = fileURLToPath(new URL("./source-hooks.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", hooks, script, String(cycles), leak ? "leak" : "clean"],
    { timeout: 120_000 },
  );
  return figures.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

describe("start and stop of two connected nodes", { timeout: 130_000 }, () => {
  test("1,000 times without growth, and the process has nothing left to do", async () => {
    const result = await run(1_000, false);
    console.log(`figure: ${JSON.stringify(result)}`);
    expect(result).toMatchObject({ cycles: 1_000, delivered: 1_000, resourcesLeft: {}, unhandled: 0 });
    expect(result.heapSlopeBytes).toBeLessThanOrEqual(1_024);
  });

  test("a leak of 4 KiB a cycle would be seen", async () => {
    expect((await run(200, true)).heapSlopeBytes).toBeGreaterThan(2_048);
  });
});

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

const gunFigures = z.object({
  cycles: z.number(),
  delivered: z.number(),
  untidy: z.number(),
  left: z.record(z.string(), z.number()),
  unhandled: z.number(),
});

/** Runs the cycles in a process of their own. `leak` keeps something of each cycle: the ablation. */
async function run<Figures>(name: string, schema: z.ZodType<Figures>, cycles: number, leak: boolean): Promise<Figures> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const hooks = fileURLToPath(new URL("./source-hooks.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", hooks, script, String(cycles), leak ? "leak" : "clean"],
    { timeout: 120_000 },
  );
  return schema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

describe("start and stop of two connected nodes", { timeout: 130_000 }, () => {
  test("1,000 times without growth, and the process has nothing left to do", async () => {
    const result = await run("./stop-cycles.child.ts", figures, 1_000, false);
    console.log(`figure: ${JSON.stringify(result)}`);
    expect(result).toMatchObject({ cycles: 1_000, delivered: 1_000, resourcesLeft: {}, unhandled: 0 });
    expect(result.heapSlopeBytes).toBeLessThanOrEqual(1_024);
  });

  test("a leak of 4 KiB a cycle would be seen", async () => {
    const result = await run("./stop-cycles.child.ts", figures, 200, true);
    expect(result.heapSlopeBytes).toBeGreaterThan(2_048);
  });
});

describe("start and stop of a node that serves a Gun relay and a node linked to it", { timeout: 60_000 }, () => {
  test("100 times: after each stop no timer, socket or listener is left", async () => {
    const result = await run("./stop-cycles-gun.child.ts", gunFigures, 100, false);
    console.log(`figure: ${JSON.stringify(result)}`);
    expect(result).toEqual({ cycles: 100, delivered: 100, untidy: 0, left: {}, unhandled: 0 });
  });

  test("a listener left by each cycle would be seen", async () => {
    const result = await run("./stop-cycles-gun.child.ts", gunFigures, 3, true);
    expect(result).toMatchObject({ untidy: 3, left: { TCPServerWrap: 3 } });
  });
});

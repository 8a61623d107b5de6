import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { gapsOf } from "../figures.ts";

const script = fileURLToPath(new URL("../run.mjs", import.meta.url));

interface Row {
  readonly name: string;
  readonly value: number;
}

test("npm start -- --once --json: every road carries, dies and carries again; none lost, none doubled", {
  timeout: 120_000,
}, async () => {
  // Exit code 1 where a time did not hold, as on a busy machine: those are judged where nothing else runs.
  const stdout = await new Promise<string>((resolve) =>
    execFile(process.execPath, [script, "--once", "--json", "--no-page", "--every", "100"], (_error, out) =>
      resolve(out),
    ),
  );
  const rows: readonly Row[] = JSON.parse(stdout).rows;
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  expect([values.get("lost"), values.get("doubled"), values.get("failed")]).toEqual([0, 0, 0]);
  expect([values.get("chain: tips at the end"), values.get("chain: state roots at the end")]).toEqual([1, 1]);
  expect(values.get("chain: blocks not at all others")).toBe(0);
  for (const road of ["integrated/direct", "integrated/relay", "gun/relay", "peerjs/direct"])
    for (const what of ["carried", "at its sockets", "carried after its death"])
      expect(values.get(`${road}: ${what}`), `${road}: ${what}`).toBeGreaterThan(0);
});

test("the longest silence counts before the first arrival, between two, and behind the last", () => {
  const letter = (at: number) => ({ from: "A", number: at, sentAt: at, at });
  const a = { id: "A", name: "a", sent: [], received: [] };
  const b = (...times: readonly number[]) => ({ id: "B", name: "b", sent: [], received: times.map(letter) });
  expect(gapsOf([a, b(10, 20, 90, 95)], 0, 100)).toEqual([100, 70]);
  expect(gapsOf([a, b(60, 70)], 0, 100)).toEqual([100, 60]);
  expect(gapsOf([a, b(10, 20, 200)], 0, 100)).toEqual([100, 80]);
});

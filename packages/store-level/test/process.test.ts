import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import type { StoreNamespace } from "@swarm-space/core";
import { expect, it } from "vitest";
import { storeChild } from "./support/child-process.ts";
import { folderForTest, signal, storeAt } from "./support/folder.ts";

const kills = Number(process.env.STORE_KILLS ?? 10);

it(`kill -9, ${kills} times: no acknowledged batch is lost, none is torn`, {
  timeout: 20_000 + kills * 3_000,
}, async () => {
  const { acknowledged, lost, torn } = await killAgainAndAgain("write", kills);
  expect({ lost, torn }).toEqual({ lost: 0, torn: 0 });
  expect(acknowledged).toBeGreaterThan(kills * 10);
});

it("kill -9 of a writer that says too early and writes piece by piece is noticed: the ablation", {
  timeout: 30_000,
}, async () => {
  const { lost, torn } = await killAgainAndAgain("careless", 2);
  expect(lost).toBeGreaterThan(0);
  expect(torn).toBeGreaterThan(0);
});

/** Kills a writer at varying moments, opens what it left behind each time, and counts what is missing. */
async function killAgainAndAgain(job: string, times: number) {
  const path = await folderForTest();
  const acknowledged = new Set<string>();
  const lost = new Set<string>();
  const torn = new Set<string>();
  let next = 0;
  for (let kill = 0; kill < times; kill += 1) {
    const child = storeChild(job, path, [String(next)]);
    // The moment of the kill varies with the number of acknowledgements and with the kernel's mood.
    const after = 1 + ((kill * 37) % 120);
    await child.line((_, index) => index >= after);
    child.process.kill("SIGKILL");
    await child.ended;
    for (const line of child.lines) {
      acknowledged.add(line.padStart(8, "0"));
      next = Math.max(next, Number(line) + 1);
    }
    next += 8;

    const store = storeAt(path);
    await store.open({ signal });
    const parts = await Promise.all(["one", "two", "three"].map((name) => contents(store.namespace(name))));
    await store.close();
    const written = new Set(parts.flatMap((part) => [...part.keys()]));
    for (const key of written) {
      if (parts.some((part) => part.get(key) !== `${Number(key)} `.repeat(200))) torn.add(key);
    }
    for (const key of acknowledged) if (!written.has(key)) lost.add(key);
  }
  return { acknowledged: acknowledged.size, lost: lost.size, torn: torn.size };
}

/**
 * A small file system of our own needs user namespaces, which Linux has and containers may forbid.
 * Elsewhere `faults.test.ts` stands for it, with a disk that fails by command.
 */
const canMount = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

if (canMount)
  it("a really full disk: typed, read-only, opened again while full, writable once there is room", {
    timeout: 60_000,
  }, async () => {
    const path = await folderForTest();
    await mkdir(path, { recursive: true });
    const script = `mount -t tmpfs -o size=48m none "${path}" && head -c 12000000 /dev/zero > "${path}/ballast" && exec "$@"`;
    const child = storeChild("full", `${path}/store`, [], ["unshare", "-Urm", "sh", "-c", script, "sh"]);
    await child.ended;
    const writes = child.lines.filter((line) => line.startsWith("then "));
    expect(writes).toEqual(["then STORE_FULL", "then STORE_FULL", "then STORE_FULL"]);
    expect(child.lines.filter((line) => !writes.includes(line))).toEqual([
      "full STORE_FULL true",
      "small STORE_FULL",
      "read 90000 true true",
      "reopened ok true",
      "reopened ok true",
      "reopened ok true",
      "room ok",
      "kept room true",
    ]);
  });

async function contents(part: StoreNamespace): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const [key, value] of part.range()) found.set(key, new TextDecoder().decode(value));
  return found;
}

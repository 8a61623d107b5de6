import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chainSync, { getBlockchainSync } from "@swarm-space/chain-sync";
import { createSwarm, use } from "@swarm-space/core";
import storeLevel from "@swarm-space/store-level";
import { afterEach, beforeEach, expect, test } from "vitest";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "chain-sync-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const onThis = () =>
  createSwarm({
    plugins: [use(storeLevel, { path: directory }), use(chainSync, { parameters: { leastDifficulty: 1 } })],
    log: "silent",
  });

test("12. two writers, the last one wins: a store has one at a time, the second is refused by name, and takes over when the first is gone", async () => {
  const first = await onThis();
  await first.start();
  const chain = getBlockchainSync(first);
  await chain.mine();
  const second = await onThis();
  await expect(second.start()).rejects.toMatchObject({ code: "STORE_LOCKED" });
  await second.stop();
  await chain.mine();
  const { tip } = chain.getStats();
  await first.stop();
  await using third = await onThis();
  await third.start();
  expect(getBlockchainSync(third).getStats()).toMatchObject({ tip, height: 2 });
});

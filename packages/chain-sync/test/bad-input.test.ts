import { createSwarm, memoryStore, ports, replaceRoom, type Store, use } from "@swarm-space/core";
import { expect, test } from "vitest";
import chainSync, { type ChainSyncConfig, getBlockchainSync } from "../src/index.ts";
import { contentsOf } from "./support/node-play.ts";

const nodeOn = (store: Store, parameters: ChainSyncConfig["parameters"] = {}) =>
  createSwarm({
    plugins: [use(chainSync, { parameters: { leastDifficulty: 1, ...parameters } })],
    replace: [replaceRoom(ports.store, () => store)],
    log: "silent",
  });

/** A store with a chain of two blocks in it. */
async function keptChain(): Promise<Store> {
  const store = memoryStore();
  const node = await nodeOn(store);
  await node.start();
  for (let at = 0; at < 2; at += 1) await getBlockchainSync(node).mine();
  await node.stop();
  return reopened(store);
}

/** A node closes its store when it stops; what is in it stays. */
async function reopened(store: Store): Promise<Store> {
  await store.open?.({ signal: new AbortController().signal });
  return store;
}

const rewrite = async (store: Store, namespace: string, key: string, at: number, byte: number) => {
  const part = store.namespace(namespace);
  const bytes = (await part.get(key)) ?? expect.fail("nothing is kept there");
  await part.put(key, bytes.with(at, byte));
};

const refusals: readonly (readonly [string, string, (store: Store) => Promise<void>, ChainSyncConfig["parameters"]])[] =
  [
    ["a store of a newer schema", "CHAIN_STORE_NEWER", (store) => rewrite(store, "chain", "mark", 3, 2), {}],
    [
      "a store of a newer schema, whose mark has another form",
      "CHAIN_STORE_NEWER",
      (store) => store.namespace("chain").put("mark", Uint8Array.of(0, 0, 0, 2, 7)),
      {},
    ],
    ["a wrong genesis", "CHAIN_STORE_FOREIGN", async () => {}, { blockTimeMs: 1_000 }],
    [
      "a mark that cannot be read",
      "CHAIN_STORE_CORRUPT",
      (store) => store.namespace("chain").put("mark", Uint8Array.of(1)),
      {},
    ],
    ["a state that is not the tip's", "CHAIN_STORE_CORRUPT", (store) => rewrite(store, "rewardPool", "pool", 7, 9), {}],
  ];

test.each(refusals)(
  "%s: refused with %s at the start, and the store is as it was",
  async (_what, code, spoil, parameters) => {
    const store = await keptChain();
    await spoil(store);
    const before = await contentsOf(store);
    const node = await nodeOn(store, parameters);
    const refused = { code: "PLUGIN_START_FAILED", cause: expect.objectContaining({ code }) };
    await expect(node.start()).rejects.toMatchObject(refused);
    expect(() => getBlockchainSync(node).getBalance()).toThrow(expect.objectContaining({ code: "CHAIN_NOT_OPEN" }));
    expect(getBlockchainSync(node).getStats()).toMatchObject({ state: "closed", isRunning: false });
    await node.stop();
    expect(await contentsOf(await reopened(store))).toEqual(before);
  },
);

test("and the same store, as it was written, opens", async () => {
  await using node = await nodeOn(await keptChain());
  await node.start();
  expect(getBlockchainSync(node).getStats()).toMatchObject({ height: 2, state: "live" });
});

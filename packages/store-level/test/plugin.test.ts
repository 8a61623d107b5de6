import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, isPlugin, type PluginContext, type Store } from "@swarm-space/core";
import { createSwarmFromFile } from "@swarm-space/core/node";
import storeLevel, { storeLevelConfig } from "@swarm-space/store-level";
import { expect, it } from "vitest";
import { bytes, folderForTest, signal, standingClock, storeAt } from "./support/folder.ts";

it("is a plugin whose options have defaults that work, and refuse nonsense", () => {
  expect(isPlugin(storeLevel)).toBe(true);
  expect(storeLevelConfig.parse({})).toEqual({ path: "./swarm-data", reserveBytes: 16_777_216 });
  for (const options of [
    { path: "" },
    { path: "a\0b" },
    { path: 7 },
    { reserveBytes: -1 },
    { reserveBytes: Number.NaN },
    { paht: "x" },
    null,
  ]) {
    expect(storeLevelConfig.safeParse(options).success, JSON.stringify(options)).toBe(false);
  }
});

it("touches no disk in setup; what is asked before start waits for it", async () => {
  const path = await folderForTest();
  const { store, handle } = setUp(path);
  const early = store.namespace("a").put("x", bytes("early"));
  const read = early.then(() => store.namespace("a").get("x"));
  expect(existsSync(path)).toBe(false);
  await handle.start?.({ signal });
  expect(await read).toEqual(bytes("early"));
  await handle.stop?.({ signal });
  await handle.stop?.({ signal });
  await expect(store.namespace("a").get("x")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  await handle.start?.({ signal });
  expect(await store.namespace("a").get("x")).toEqual(bytes("early"));
  await handle.stop?.({ signal });
});

it("leaves closing to the kernel where the kernel opened it", async () => {
  const { store, handle } = setUp(await folderForTest());
  await store.open?.({ signal });
  await handle.start?.({ signal });
  await handle.stop?.({ signal });
  await store.namespace("a").put("x", bytes("late flush"));
  await store.close();
});

it("a store that never opened: closing rejects those who wait, by name", async () => {
  const store = storeAt(await folderForTest());
  const waiting = [
    store.namespace("a").get("x"),
    store.namespace("a").put("x", bytes("y")),
    store.batch([], { durable: true }),
  ];
  const settled = Promise.allSettled(waiting);
  await store.close();
  expect((await settled).map((result) => result.status === "rejected" && codeOf(result.reason, "none"))).toEqual(
    Array(3).fill("STORE_CLOSED"),
  );
});

it("bounds those who wait for an opening that does not come", async () => {
  const store = storeAt(await folderForTest());
  const waiting = Array.from({ length: 10_000 }, () => store.namespace("a").get("x"));
  await expect(store.namespace("a").get("x")).rejects.toMatchObject({ code: "STORE_BUSY" });
  const large = new Uint8Array(60 * 1_048_576);
  const writes = [1, 2, 3].map(() => store.namespace("a").put("x", large));
  await expect(store.namespace("a").put("x", large)).rejects.toMatchObject({ code: "STORE_BUSY" });
  await Promise.all([store.close(), Promise.allSettled([...waiting, ...writes])]);
});

function setUp(path: string) {
  const provided: Store[] = [];
  const context: Pick<PluginContext<{ path: string; reserveBytes: number }>, "config" | "clock"> = {
    config: { path, reserveBytes: 0 },
    clock: standingClock(),
  };
  const handle = storeLevel.setup({
    ...context,
    self: { id: "x", network: "test", sign: async () => new Uint8Array() },
    provide: (_, value) => void provided.push(value as Store),
    use: () => undefined as never,
    random: { bytes: (length) => new Uint8Array(length), float: () => 0 },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events: { emit() {}, on: () => () => {} },
  });
  const [store] = provided;
  if (store === undefined || !handle) throw new Error("the plugin provides a store and a handle");
  return { store, handle };
}

it("a path is seen from the configuration file, as the identity's is, and without one from where the process works", async () => {
  const folder = await folderForTest();
  await mkdir(folder, { recursive: true });
  const file = join(folder, "swarm.config.mjs");
  const plugin = new URL("../src/index.ts", import.meta.url).href;
  await writeFile(
    file,
    `export default { identity: { file: "./me.key" }, plugins: [{ use: ${JSON.stringify(plugin)}, with: { path: "./kept" } }] };`,
  );
  const swarm = await createSwarmFromFile(file, { log: "silent" });
  await swarm.start();
  await swarm.stop();
  expect((await readdir(folder)).sort()).toEqual(["kept", "me.key", "swarm.config.mjs"]);
  expect(existsSync("kept")).toBe(false);
});

import { isPlugin, type Store } from "@swarm-space/core";
import storeIdb, { storeIdbConfig } from "@swarm-space/store-idb";
import { expect, it } from "vitest";
import { bytes, freshName, signal } from "./support/database.ts";
import { handClock } from "./support/hand-clock.ts";

it("is a plugin whose options have defaults that work, and refuse nonsense", () => {
  expect(isPlugin(storeIdb)).toBe(true);
  expect(storeIdbConfig.parse({})).toEqual({ name: "swarm-space", blockedTimeoutMs: 5_000 });
  for (const options of [
    { name: "" },
    { name: 7 },
    { blockedTimeoutMs: 0 },
    { blockedTimeoutMs: Number.NaN },
    { nmae: "x" },
    null,
  ]) {
    expect(storeIdbConfig.safeParse(options).success, JSON.stringify(options)).toBe(false);
  }
});

it("opens nothing in setup; what is asked before start waits for it; start and stop may come again", async () => {
  const name = freshName();
  const provided: Store[] = [];
  const handle = storeIdb.setup({
    config: { name, blockedTimeoutMs: 5_000 },
    clock: handClock(),
    self: { id: "x", network: "test", sign: async () => new Uint8Array() },
    provide: (_, value) => void provided.push(value as Store),
    use: () => undefined as never,
    random: { bytes: (length) => new Uint8Array(length), float: () => 0 },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events: { emit() {}, on: () => () => {} },
  });
  const [store] = provided;
  if (store === undefined || !handle) throw new Error("the plugin provides a store and a handle");
  const early = store.namespace("a").put("x", bytes("early"));
  expect((await indexedDB.databases()).some((database) => database.name === name)).toBe(false);
  await handle.start?.({ signal });
  await early;
  await handle.stop?.({ signal });
  await handle.stop?.({ signal });
  await expect(store.namespace("a").get("x")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  await handle.start?.({ signal });
  expect(await store.namespace("a").get("x")).toEqual(bytes("early"));
  await handle.stop?.({ signal });
});

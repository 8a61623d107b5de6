import { EventEmitter } from "@swarm-space/core";
import { idbStore } from "@swarm-space/store-idb";
import { describe, expect, it } from "vitest";
import { bytes, freshName, keysOf, openPlainly, settled, signal, storeNamed } from "./support/database.ts";
import { handClock } from "./support/hand-clock.ts";

describe("what a person finds", () => {
  it("an object store for each namespace, made when it is first written", async () => {
    const name = freshName();
    const store = storeNamed(name);
    await store.open({ signal });
    for (const part of ["blocks", "headers", "rewardPool"]) {
      expect(await store.namespace(part).get("x")).toBeUndefined();
      expect(await keysOf(store, part)).toEqual([]);
    }
    await store.batch([{ type: "put", namespace: "blocks", key: "1", value: bytes("block") }], { durable: true });
    await store.namespace("rewardPool").put("pool", bytes("100"));
    await store.close();
    const plain = await openPlainly(name);
    expect([...plain.objectStoreNames].sort()).toEqual(["blocks", "rewardPool", "~swarm"]);
    expect(await settled(plain.transaction("blocks").objectStore("blocks").get("1"))).toEqual(bytes("block"));
    plain.close();
  });

  it("an entry of somebody else is refused, not given out", async () => {
    const name = freshName();
    const store = storeNamed(name);
    await store.open({ signal });
    await store.namespace("a").put("x", bytes("y"));
    const plain = await openPlainly(name);
    await settled(plain.transaction("a", "readwrite").objectStore("a").put("a text", "x"));
    plain.close();
    await expect(store.namespace("a").get("x")).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    await expect(keysOf(store, "a")).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    await store.close();
  });
});

describe("several tabs", () => {
  it("each makes namespaces while the others read and write: nothing is lost, nobody hangs", async () => {
    const name = freshName();
    const tabs = Array.from({ length: 4 }, () => storeNamed(name));
    await Promise.all(tabs.map((tab) => tab.open({ signal })));
    await Promise.all(
      tabs.map(async (tab, index) => {
        for (let round = 0; round < 8; round += 1) {
          await tab.batch(
            ["shared", `own-${index}`, `of-round-${round}`].map((namespace) => ({
              type: "put",
              namespace,
              key: `${index}-${round}`,
              value: bytes("x"),
            })),
            { durable: round % 2 === 0 },
          );
          await keysOf(tab, `own-${(index + 1) % 4}`);
        }
      }),
    );
    for (const tab of tabs) {
      expect((await keysOf(tab, "shared")).length).toBe(32);
      for (let index = 0; index < 4; index += 1) expect((await keysOf(tab, `own-${index}`)).length).toBe(8);
      await tab.close();
    }
  });

  it("a tab that does not let go: an event, then STORE_BLOCKED; once it goes, writes succeed", async () => {
    const name = freshName();
    const clock = handClock();
    const events = new EventEmitter();
    const heard = Promise.withResolvers<string>();
    events.on("store:blocked", ({ store }) => heard.resolve(store));
    const store = idbStore({ name, blockedTimeoutMs: 5_000 }, { clock, events });
    await store.open({ signal });
    await store.namespace("first").put("x", bytes("y"));
    const rude = await openPlainly(name);
    const writing = store.namespace("second").put("x", bytes("y"));
    const refused = expect(writing).rejects.toMatchObject({
      code: "STORE_BLOCKED",
      cure: expect.stringContaining("tabs"),
    });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.move(4_999);
    expect(await heard.promise).toBe(name);
    clock.move(1);
    await refused;
    expect(clock.pending).toBe(0);
    rude.close();
    await store.namespace("second").put("x", bytes("y"));
    expect(await store.namespace("first").get("x")).toEqual(bytes("y"));
    await store.close();
  });

  it("closing while blocked ends at once and lets nothing open later", async () => {
    const name = freshName();
    const clock = handClock();
    const store = storeNamed(name, clock);
    await store.open({ signal });
    const rude = await openPlainly(name);
    const writing = store
      .namespace("second")
      .put("x", bytes("y"))
      .catch((error: unknown) => error);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    const closing = store.close();
    clock.move(5_000);
    await closing;
    expect(await writing).toMatchObject({ code: expect.stringMatching(/STORE_(BLOCKED|CLOSED)/) });
    rude.close();
    // A connection left behind would keep the database from being deleted.
    await settled(indexedDB.deleteDatabase(name));
  });
});

describe("what the browser does", () => {
  it("deletes the database meanwhile: the store begins anew and says so", async () => {
    const name = freshName();
    const events = new EventEmitter();
    const heard: string[] = [];
    events.on("store:evicted", ({ store }) => heard.push(store));
    const store = idbStore({ name }, { clock: handClock(), events });
    await store.open({ signal });
    await store.namespace("a").put("x", bytes("y"));
    expect(heard).toEqual([]);
    await settled(indexedDB.deleteDatabase(name));
    expect(await store.namespace("a").get("x")).toBeUndefined();
    expect(heard).toEqual([name]);
    await store.namespace("a").put("x", bytes("z"));
    expect(await store.namespace("a").get("x")).toEqual(bytes("z"));
    await store.close();
  });

  it("has a newer schema: STORE_NEWER, and the database is let go", async () => {
    const name = freshName();
    const plain = await openPlainly(name, 7, (database) => database.createObjectStore("~swarm").put(2, "schema"));
    plain.close();
    await expect(storeNamed(name).open({ signal })).rejects.toMatchObject({
      code: "STORE_NEWER",
      detail: { version: 2, known: 1 },
    });
    await settled(indexedDB.deleteDatabase(name));
  });

  it("has an empty database of that name: it is taken", async () => {
    const name = freshName();
    (await openPlainly(name, 3)).close();
    const store = storeNamed(name);
    await store.open({ signal });
    await store.namespace("a").put("x", bytes("y"));
    expect(await keysOf(store, "a")).toEqual(["x"]);
    await store.close();
  });

  it("has no IndexedDB: STORE_FAILED that names the store for Node", async () => {
    const kept = globalThis.indexedDB;
    Reflect.deleteProperty(globalThis, "indexedDB");
    try {
      await expect(storeNamed(freshName()).open({ signal })).rejects.toMatchObject({
        code: "STORE_FAILED",
        cure: expect.stringContaining("store-level"),
      });
    } finally {
      globalThis.indexedDB = kept;
    }
  });
});

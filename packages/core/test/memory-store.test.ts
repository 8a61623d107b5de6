import { memoryStore, type Store } from "@swarm-space/core";
import { storeConformance } from "@swarm-space/testkit/conformance";
import { describe, expect, it } from "vitest";

describe("memoryStore", () => {
  storeConformance({
    runner: { describe, it },
    capabilities: { reopen: true, full: true },
    async create() {
      const store = memoryStore({ maxBytes: 6 * 1_048_576 });
      return {
        store,
        reopen: () => reopen(store),
        setFull: (full) => setFull(store, full),
        dispose: () => store.close(),
      };
    },
  });

  it("refuses options that are nonsense", () => {
    for (const maxBytes of [-1, Number.NaN]) expect(() => memoryStore({ maxBytes })).toThrow(/maxBytes/);
  });

  it("counts a batch as a whole: what it deletes makes room for what it puts", async () => {
    const store = memoryStore({ maxBytes: 1_000 });
    await store.namespace("a").put("first", new Uint8Array(800));
    await expect(store.namespace("a").put("second", new Uint8Array(800))).rejects.toMatchObject({ code: "STORE_FULL" });
    await store.batch(
      [
        { type: "put", namespace: "a", key: "second", value: new Uint8Array(800) },
        { type: "delete", namespace: "a", key: "first" },
      ],
      { durable: false },
    );
    expect(await store.namespace("a").get("first")).toBeUndefined();
    expect((await store.namespace("a").get("second"))?.length).toBe(800);
  });

  it("frees what was deleted: a thousand generations fit where one does", async () => {
    const store = memoryStore({ maxBytes: 10_000 });
    const part = store.namespace("a");
    for (let index = 0; index < 1_000; index += 1) {
      await part.put(`key ${index}`, new Uint8Array(8_000));
      await part.delete(`key ${index}`);
    }
    expect(await part.get("key 999")).toBeUndefined();
  });
});

async function reopen(store: Store): Promise<Store> {
  await store.close();
  await store.open?.({ signal: new AbortController().signal });
  return store;
}

async function setFull(store: Store, full: boolean): Promise<void> {
  const filler = store.namespace("filler");
  if (!full) return filler.delete("filler");
  await filler.put("filler", new Uint8Array(6 * 1_048_576 - 200_000));
}

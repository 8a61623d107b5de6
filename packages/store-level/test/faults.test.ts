import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EventEmitter, SwarmError } from "@swarm-space/core";
import { describe, expect, it } from "vitest";
import { openClassicLevel } from "../src/level-driver.ts";
import { sealValue } from "../src/value-codec.ts";
import { storeChild } from "./support/child-process.ts";
import { FaultyDisk, noSpace } from "./support/faulty-disk.ts";
import { bytes, folderForTest, signal, standingClock, storeAt } from "./support/folder.ts";

const durable = { durable: true };

describe("who else has the folder", () => {
  it("another process: STORE_LOCKED, with a cure; free again once it ended", async () => {
    const path = await folderForTest();
    const other = storeChild("hold", path);
    await other.line((line) => line === "held");
    const store = storeAt(path);
    await expect(store.open({ signal })).rejects.toMatchObject({
      code: "STORE_LOCKED",
      cure: expect.stringContaining("path"),
    });
    await expect(store.namespace("a").get("x")).rejects.toMatchObject({ code: "STORE_LOCKED" });
    other.process.stdin?.end();
    await other.ended;
    await store.open({ signal });
    expect(await store.namespace("a").get("x")).toBeUndefined();
    await store.close();
  });

  it("another store of this process: STORE_LOCKED", async () => {
    const path = await folderForTest();
    const [first, second] = [storeAt(path), storeAt(path)];
    await first.open({ signal });
    await expect(second.open({ signal })).rejects.toMatchObject({ code: "STORE_LOCKED" });
    await first.close();
    await second.open({ signal });
    await second.close();
  });
});

describe("what lies in the folder", () => {
  it("a newer schema: STORE_NEWER, and nothing is changed", async () => {
    const path = await folderForTest();
    const place = Buffer.from("\0schema");
    const level = await openClassicLevel(await opened(path));
    await level.write([{ type: "put", key: place, value: sealValue(place, Uint8Array.of(2)) }], true);
    await level.close();
    await expect(storeAt(path).open({ signal })).rejects.toMatchObject({
      code: "STORE_NEWER",
      detail: { version: 2, known: 1 },
    });
  });

  it("a database of something else: STORE_FAILED that asks for another path", async () => {
    const path = await folderForTest();
    const level = await openClassicLevel(path);
    await level.write([{ type: "put", key: bytes("foreign"), value: bytes("x") }], true);
    await level.close();
    await expect(storeAt(path).open({ signal })).rejects.toMatchObject({
      code: "STORE_FAILED",
      cure: expect.stringContaining("path"),
    });
  });

  it("no pointer file: STORE_CORRUPT instead of a new beginning over the old data", async () => {
    const path = await folderForTest();
    await opened(path);
    await rm(join(path, "CURRENT"));
    await expect(storeAt(path).open({ signal })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it("a damaged manifest: STORE_CORRUPT", async () => {
    const path = await folderForTest();
    await opened(path);
    const manifest = (await readdir(path)).find((file) => file.startsWith("MANIFEST"));
    await writeFile(join(path, manifest ?? ""), "not a manifest");
    await expect(storeAt(path).open({ signal })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it("a file instead of a folder: STORE_FAILED", async () => {
    const path = await folderForTest();
    await writeFile(path, "a file");
    await expect(storeAt(path).open({ signal })).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  it("flipped bits are found: no wrong value is given out", async () => {
    const path = await folderForTest();
    const store = storeAt(path);
    const part = store.namespace("part");
    const textOf = (index: number) => `value ${index} `.repeat(8);
    await store.open({ signal });
    for (let index = 0; index < 400; index += 1) await part.put(`key ${index}`, bytes(textOf(index)));
    await store.close();
    // The second opening moves the log into a table.
    await store.open({ signal });
    await store.close();
    const table = (await readdir(path)).find((file) => /\.(ldb|sst)$/.test(file)) ?? "";
    const sound = await readFile(join(path, table));
    let noticed = 0;
    for (let round = 0; round < 60; round += 1) {
      const damaged = Buffer.from(sound);
      const at = Math.floor((round * sound.length) / 60);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (round % 8));
      await writeFile(join(path, table), damaged);
      try {
        await store.open({ signal });
        for await (const [key, value] of part.range())
          expect(new TextDecoder().decode(value)).toBe(textOf(Number(key.slice(4))));
      } catch (error) {
        expect(SwarmError.is(error, "STORE_CORRUPT") || SwarmError.is(error, "STORE_FAILED"), String(error)).toBe(true);
        noticed += 1;
      }
      await store.close();
    }
    expect(noticed).toBeGreaterThan(20);
  });
});

describe("a disk that fails", () => {
  it("at every write in turn: typed, whole or absent, and everything acknowledged is there", async () => {
    for (let point = 2; point <= 7; point += 1) {
      const path = await folderForTest();
      const disk = new FaultyDisk();
      const clock = standingClock();
      const store = disk.store(path, clock);
      await store.open({ signal });
      disk.failWriteAt = point;
      const kept: string[] = [];
      for (let round = 0; round < 8; round += 1) {
        try {
          await store.batch(
            ["a", "b"].map((namespace) => ({ type: "put", namespace, key: `k${round}`, value: bytes("x") })),
            durable,
          );
          kept.push(`k${round}`);
        } catch (error) {
          expect(error).toMatchObject({ code: "STORE_FULL" });
        }
      }
      expect(kept).toHaveLength(7);
      await store.close();
      await store.open({ signal });
      for (const namespace of ["a", "b"]) {
        const found: string[] = [];
        for await (const [key] of store.namespace(namespace).range()) found.push(key);
        expect(found).toEqual(kept);
      }
      await store.close();
    }
  });

  it("after a failed write the database is opened again before the next: nothing is appended behind a torn record", async () => {
    const disk = new FaultyDisk();
    const store = disk.store(await folderForTest(), standingClock());
    await store.open({ signal });
    await store.namespace("a").put("first", bytes("x"));
    expect(disk.opens).toBe(1);
    disk.failWriteAt = disk.writes + 1;
    disk.failure = () => Object.assign(new Error("IO error: input/output error"), { code: "LEVEL_IO_ERROR" });
    await expect(store.namespace("a").put("second", bytes("x"))).rejects.toMatchObject({ code: "STORE_FAILED" });
    const range = store.namespace("a").range()[Symbol.asyncIterator]();
    expect((await range.next()).value?.[0]).toBe("first");
    await store.namespace("a").put("third", bytes("x"));
    expect(disk.opens).toBe(2);
    expect((await range.next()).value?.[0]).toBe("third");
    await store.close();
  });

  it("full: reads go on, nothing is tried on the disk, and both ends are told", async () => {
    const path = await folderForTest();
    const events = new EventEmitter();
    const heard: string[] = [];
    events.on("store:full", ({ store }) => heard.push(`full ${store === path}`));
    events.on("store:writable", ({ store }) => heard.push(`writable ${store === path}`));
    const disk = new FaultyDisk();
    const store = disk.store(path, standingClock(), events);
    await store.open({ signal });
    const part = store.namespace("a");
    await part.put("first", bytes("x"));
    disk.full = true;
    await expect(part.put("second", bytes("x"))).rejects.toMatchObject({ code: "STORE_FULL" });
    const { opens, writes } = disk;
    for (let round = 0; round < 20; round += 1)
      await expect(part.put("second", bytes("x"))).rejects.toMatchObject({ code: "STORE_FULL" });
    expect([disk.opens, disk.writes]).toEqual([opens, writes]);
    expect(await part.get("first")).toEqual(bytes("x"));
    disk.full = false;
    await part.put("second", bytes("x"));
    expect(heard).toEqual(["full true", "writable true"]);
    await store.close();
  });

  it("a full disk at opening takes the reserve, and the store is read-only until there is room", async () => {
    const path = await folderForTest();
    const disk = new FaultyDisk();
    const clock = standingClock();
    const first = disk.store(path, clock);
    await first.open({ signal });
    await first.namespace("a").put("x", bytes("kept"));
    await first.close();
    expect(await readdir(path)).toContain("swarm-reserve");
    const context = disk.context(clock);
    const openLevel: typeof context.openLevel = async (folder) => {
      if (disk.full && (await readdir(folder)).includes("swarm-reserve"))
        throw new Error("not open", { cause: noSpace() });
      return openClassicLevel(folder);
    };
    const { levelStore } = await import("@swarm-space/store-level");
    const store = levelStore({ path, reserveBytes: 65_536 }, { ...context, openLevel });
    disk.full = true;
    await store.open({ signal });
    expect(await store.namespace("a").get("x")).toEqual(bytes("kept"));
    await expect(store.namespace("a").put("y", bytes("x"))).rejects.toMatchObject({ code: "STORE_FULL" });
    disk.full = false;
    await store.namespace("a").put("y", bytes("x"));
    expect(await readdir(path)).toContain("swarm-reserve");
    await store.close();

    // The ablation: without a reserve the same disk cannot be opened.
    await rm(join(path, "swarm-reserve"));
    disk.full = true;
    const bare = levelStore(
      { path, reserveBytes: 0 },
      { ...context, openLevel: async () => Promise.reject(noSpace()) },
    );
    await expect(bare.open({ signal })).rejects.toMatchObject({ code: "STORE_FULL" });
  });
});

/** A folder that holds a closed store with one entry. */
async function opened(path: string): Promise<string> {
  const store = storeAt(path);
  await store.open({ signal });
  await store.namespace("a").put("x", bytes("x"));
  await store.close();
  return path;
}

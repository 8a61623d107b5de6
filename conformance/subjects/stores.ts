import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, systemClock } from "@swarm-space/core";
import { type StoreHarness, storeConformance } from "@swarm-space/testkit/conformance";
import { freshName, storeNamed } from "../../packages/store-idb/test/support/database.ts";
import { limitQuota } from "../../packages/store-idb/test/support/quota.ts";
import { FaultyDisk } from "../../packages/store-level/test/support/faulty-disk.ts";
import type { Subject } from "../subject.ts";

const { signal } = new AbortController();
const roomBytes = 6 * 1_048_576;

async function memoryHarness(): Promise<StoreHarness> {
  const store = memoryStore({ maxBytes: roomBytes });
  return {
    store,
    async setFull(full) {
      const filler = store.namespace("filler");
      if (full) await filler.put("filler", new Uint8Array(roomBytes - 200_000));
      else await filler.delete("filler");
    },
    dispose: () => store.close(),
  };
}

export const memoryStoreSubject: Subject = {
  name: "memory-store",
  conform: (runner) =>
    storeConformance({
      runner,
      create: memoryHarness,
      capabilities: { reopen: "it keeps nothing over its end, and says so: `durable` is false", full: true },
    }),
};

async function levelHarness(): Promise<StoreHarness> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-level-"));
  const disk = new FaultyDisk();
  const make = () => disk.store(join(folder, "store"), systemClock());
  const store = make();
  await store.open({ signal });
  let latest = store;
  return {
    store,
    async reopen() {
      await latest.close();
      latest = make();
      await latest.open({ signal });
      return latest;
    },
    setFull(full) {
      disk.full = full;
    },
    async dispose() {
      await latest.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const levelStoreSubject: Subject = {
  name: "level-store",
  conform: (runner) => storeConformance({ runner, create: levelHarness, capabilities: { reopen: true, full: true } }),
};

async function idbHarness(): Promise<StoreHarness> {
  const name = freshName();
  const full = new Set<string>();
  const undo = limitQuota(full);
  const store = storeNamed(name);
  await store.open({ signal });
  let latest = store;
  return {
    store,
    async reopen() {
      await latest.close();
      latest = storeNamed(name);
      await latest.open({ signal });
      return latest;
    },
    setFull(isFull) {
      if (isFull) full.add(name);
      else full.delete(name);
    },
    async dispose() {
      undo();
      await latest.close();
      await store.close();
      indexedDB.deleteDatabase(name);
    },
  };
}

export const idbStoreSubject: Subject = {
  name: "idb-store",
  conform: (runner) => storeConformance({ runner, create: idbHarness, capabilities: { reopen: true, full: true } }),
};

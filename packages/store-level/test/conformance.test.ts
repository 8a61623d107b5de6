import { rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@swarm-space/core";
import { storeConformance } from "@swarm-space/testkit/conformance";
import { describe, it } from "vitest";
import { FaultyDisk } from "./support/faulty-disk.ts";
import { makeFolder, signal } from "./support/folder.ts";

describe("levelStore", () => {
  storeConformance({
    runner: { describe, it },
    capabilities: { reopen: true, full: true },
    async create() {
      const folder = await makeFolder();
      const disk = new FaultyDisk();
      const make = () => disk.store(join(folder, "store"), systemClock());
      const stores = [make()];
      await stores[0]?.open({ signal });
      const [store = make()] = stores;
      return {
        store,
        async reopen() {
          await stores.at(-1)?.close();
          const next = make();
          stores.push(next);
          await next.open({ signal });
          return next;
        },
        setFull(full) {
          disk.full = full;
        },
        async dispose() {
          await stores.at(-1)?.close();
          await store.close();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  });
});

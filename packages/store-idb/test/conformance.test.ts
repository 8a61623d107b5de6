import { storeConformance } from "@swarm-space/testkit/conformance";
import { afterAll, beforeAll, describe, it } from "vitest";
import { freshName, signal, storeNamed } from "./support/database.ts";
import { limitQuota } from "./support/quota.ts";

describe("idbStore", () => {
  const full = new Set<string>();
  let undo = () => {};
  beforeAll(() => {
    undo = limitQuota(full);
  });
  afterAll(() => undo());

  storeConformance({
    runner: { describe, it },
    capabilities: { reopen: true, full: true },
    async create() {
      const name = freshName();
      const store = storeNamed(name);
      const stores = [store];
      await store.open({ signal });
      return {
        store,
        async reopen() {
          await stores.at(-1)?.close();
          const next = storeNamed(name);
          stores.push(next);
          await next.open({ signal });
          return next;
        },
        setFull(isFull) {
          if (isFull) full.add(name);
          else full.delete(name);
        },
        async dispose() {
          for (const store of stores) await store.close();
          indexedDB.deleteDatabase(name);
        },
      };
    },
  });
});

/** The conformance suite of the store on this browser's own IndexedDB. */
import { systemClock } from "@swarm-space/core";
import { idbStore } from "@swarm-space/store-idb";
import { type StoreHarness, storeConformance } from "@swarm-space/testkit/conformance";
import { offerCases, type PageCase } from "../support/page-cases.ts";

const { signal } = new AbortController();

async function create(): Promise<StoreHarness> {
  const name = `test-${crypto.randomUUID()}`;
  const made = () => idbStore({ name }, { clock: systemClock() });
  const stores = [made()];
  await stores[0]?.open({ signal });
  const [store] = stores;
  if (store === undefined) throw new Error("no store");
  return {
    store,
    async reopen() {
      await stores.at(-1)?.close();
      const next = made();
      stores.push(next);
      await next.open({ signal });
      return next;
    },
    async dispose() {
      for (const each of stores) await each.close();
      indexedDB.deleteDatabase(name);
    },
  };
}

const cases: PageCase[] = [];
storeConformance({
  runner: { describe: (_name, body) => body(), it: (name, run) => cases.push({ name, run }) },
  // Chromium remembers for half a minute how much room there is: a quota that is lowered is noticed too late for a check.
  capabilities: { reopen: true, full: false },
  create,
});
offerCases(cases);

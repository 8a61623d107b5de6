import { definePlugin, ports } from "@swarm-space/core";
import { idbStore } from "./idb-store.ts";
import { storeIdbConfig } from "./options.ts";

export { errorTable } from "./error-table.ts";
export { IdbStore, type IdbStoreContext, type IdbStoreOptions, idbStore } from "./idb-store.ts";
export { storeIdbConfig } from "./options.ts";

/**
 * The durable store for browsers.
 *
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import store from "@swarm-space/store-idb";
 *
 * await using swarm = await createSwarm({ plugins: [use(store)] });
 * ```
 */
export default definePlugin({
  id: "@swarm-space/store-idb",
  api: 1,
  config: storeIdbConfig,
  provides: [ports.store],
  setup({ config, provide, clock, events }) {
    const store = idbStore({ ...config, alone: true }, { clock, events });
    provide(ports.store, store);
    let ours = false;
    return {
      async start(o) {
        // Who opens it closes it: the kernel opens its store before any plugin starts, and closes it after the last one.
        ours ||= !store.opened;
        await store.open(o);
      },
      async stop() {
        if (ours) await store.close();
        ours = false;
      },
    };
  },
});

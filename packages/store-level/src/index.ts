import { resolve } from "node:path";
import { definePlugin, ports } from "@swarm-space/core";
import { levelStore } from "./level-store.ts";
import { storeLevelConfig } from "./options.ts";

export { LevelStore, type LevelStoreContext, type LevelStoreOptions, levelStore } from "./level-store.ts";
export { storeLevelConfig } from "./options.ts";

/**
 * The durable store for Node.
 *
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import store from "@swarm-space/store-level";
 *
 * await using swarm = await createSwarm({ plugins: [use(store, { path: "./swarm-data" })] });
 * ```
 */
export default definePlugin({
  id: "@swarm-space/store-level",
  api: 1,
  config: storeLevelConfig,
  provides: [ports.store],
  setup({ config, folder, provide, clock, random, events }) {
    const store = levelStore(
      { ...config, path: folder === undefined ? config.path : resolve(folder, config.path) },
      { clock, random, events },
    );
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

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

/** Tests run on the sources: no build stands between a change and its test. */
export default defineConfig({
  resolve: {
    alias: [
      { find: "#simple-peer", replacement: `${packages}transport-integrated/src/simple-peer/node.ts` },
      { find: "#platform", replacement: `${packages}core/src/node/platform.ts` },
      { find: "#own-place", replacement: `${packages}hybrid/src/own-place/node.ts` },
      { find: "#dht", replacement: `${packages}webtorrent-driver/src/dht/index.ts` },
      { find: /^@swarm-space\/([^/]+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@swarm-space\/([^/]+)\/([^/]+)$/, replacement: `${packages}$1/src/$2/index.ts` },
    ],
  },
  test: { testTimeout: 15_000, hookTimeout: 15_000 },
});

import { defineConfig, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import gun from "@swarm-space/transport-gun";
import peerLog from "./peer-log.ts";

// Options are typed here: a wrong one does not compile. The same as JSON, where plugins are named instead of imported:
// { "network": "config-file", "plugins": [{ "use": "@swarm-space/transport-gun", "with": { "serve": { "port": 8771 } } }, …] }
export default defineConfig({
  network: "config-file",
  messaging: { ttlMs: 60_000 },
  plugins: [
    use(gun, { serve: { port: 8771 } }),
    use(resilience, { failureThreshold: 3, openStateTimeout: 10_000 }),
    use(peerLog, { prefix: "here:" }),
  ],
});

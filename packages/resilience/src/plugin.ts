import { definePlugin, ports } from "@swarm-space/core";
import { resiliencePort } from "./connection-resilience.ts";
import { resilienceConfig } from "./resilience-config.ts";
import { makeRoom } from "./room.ts";

/** Circuit breakers, backoff and adaptive routing. */
export const resilience = definePlugin({
  id: "@swarm-space/resilience",
  api: 1,
  config: resilienceConfig,
  provides: [ports.guard, ports.routes, resiliencePort],
  wants: [ports.store],
  setup({ config, provide, use, clock, random, events }) {
    const room = makeRoom({ settings: config, clock, random, events, store: use(ports.store) });
    provide(ports.guard, room.guard);
    provide(ports.routes, room.routes);
    provide(resiliencePort, room.resilience);
    return room.handle;
  },
});

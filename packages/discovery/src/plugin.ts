import { definePlugin, ports } from "@swarm-space/core";
import { discoveryConfig } from "./discovery-config.ts";
import { makeRoom } from "./room.ts";

/** The discovery cascade, the bootstrap registry, and the book of peers. */
export const discovery = definePlugin({
  id: "@swarm-space/discovery",
  api: 1,
  config: discoveryConfig,
  provides: [ports.discovery, ports.dialer],
  wants: [ports.discoverySource, ports.transport, ports.store],
  setup({ self, config, provide, use, clock, random, events, log }) {
    const room = makeRoom({
      settings: config,
      self: self.id,
      clock,
      random,
      events,
      log,
      sources: use(ports.discoverySource),
      transports: use(ports.transport),
      store: use(ports.store),
    });
    provide(ports.discovery, room.discovery);
    provide(ports.dialer, room.dialer);
    return room.handle;
  },
});

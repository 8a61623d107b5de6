import { definePlugin, ports } from "@swarm-space/core";
import { discoveryConfig } from "./discovery-config.ts";
import { makeRoom } from "./room.ts";
import { allSafeguards, type Safeguards } from "./safeguards.ts";

/** The plugin, with guards switched off where a test says so. */
export function discoveryWithout(off: Partial<Safeguards>) {
  return definePlugin({
    id: "@swarm-space/discovery",
    api: 1,
    config: discoveryConfig,
    provides: [ports.discovery, ports.dialer],
    wants: [ports.discoverySource, ports.transport, ports.store],
    setup({ self, config, provide, use, clock, random, events, log }) {
      const parts = {
        settings: config,
        self: self.id,
        clock,
        random,
        events,
        log,
        sources: use(ports.discoverySource),
        transports: use(ports.transport),
        store: use(ports.store),
      };
      const room = makeRoom(parts, { ...allSafeguards, ...off });
      provide(ports.discovery, room.discovery);
      provide(ports.dialer, room.dialer);
      return room.handle;
    },
  });
}

/** The discovery cascade, the bootstrap registry, and the book of peers. */
export const discovery = discoveryWithout({});

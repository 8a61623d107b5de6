import { definePlugin, type PeerId, type Plugin, ports, SwarmError } from "@swarm-space/core";
import * as z from "zod";
import { MemoryDiscovery } from "./memory-discovery.ts";
import { MemoryTransport, type MemoryTransportOptions } from "./memory-transport.ts";

export interface MemoryPluginOptions extends Omit<MemoryTransportOptions, "peer" | "swarmNetwork"> {
  /** Which peers its discovery reports; ids may be known only later, so a function is taken too. Default: all. */
  readonly sees?: readonly PeerId[] | ((peer: PeerId) => boolean);
  /** Provide the discovery source. Default true. */
  readonly discovery?: boolean;
}

const memoryConfig = z.strictObject({});

/**
 * A memory transport and its discovery source as a plugin. One plugin object serves any number of nodes; a node takes
 * several with different ids. The address is the node's peer id.
 * @throws SwarmError `OPTION_INVALID` for an id that is not 1 to 32 characters of `a-z 0-9 -`
 */
export function memoryPlugin(o: MemoryPluginOptions): Plugin<typeof memoryConfig> {
  const id = o.id ?? "memory";
  if (!/^[a-z0-9-]{1,32}$/.test(id))
    throw new SwarmError("OPTION_INVALID", `id: expected 1 to 32 of a-z 0-9 -, found ${JSON.stringify(id)}`);
  return definePlugin({
    id: id === "memory" ? "@swarm-space/testkit/memory" : `@swarm-space/testkit/memory-${id}`,
    api: 1,
    config: memoryConfig,
    provides: o.discovery === false ? [ports.transport] : [ports.transport, ports.discoverySource],
    setup({ self, clock, provide }) {
      const name = o.name ?? self.id;
      provide(ports.transport, new MemoryTransport({ ...o, id, name, peer: self.id, swarmNetwork: self.network }));
      if (o.discovery === false) return;
      const sees = o.sees === undefined ? {} : { sees: o.sees };
      provide(
        ports.discoverySource,
        new MemoryDiscovery({
          board: o.network.board,
          transport: id,
          name,
          swarmNetwork: self.network,
          clock,
          ...sees,
        }),
      );
    },
  });
}

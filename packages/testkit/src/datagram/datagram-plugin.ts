import { definePlugin, type Plugin, ports, type RoadCapabilities } from "@swarm-space/core";
import * as z from "zod";
import { MemoryDiscovery } from "../memory/memory-discovery.ts";
import type { DatagramNetwork } from "./datagram-network.ts";
import { DatagramTransport } from "./datagram-transport.ts";

export interface DatagramPluginOptions {
  readonly network: DatagramNetwork;
  /** Transport id: 1 to 32 of `a-z 0-9 -`. */
  readonly id: string;
  /** Depends on a relay of this name. */
  readonly rendezvous?: string;
  readonly capabilities?: Partial<RoadCapabilities>;
  /** Aborts when the process dies. */
  readonly death?: AbortSignal;
  /** How what comes in reaches the process, which may stand still: `Life.clock.arrive`. Default: at once. */
  readonly arrive?: (run: () => void) => void;
}

const datagramConfig = z.strictObject({});

/** A datagram transport and its discovery source, for one run of one node. Its address is the node's peer id. */
export function datagramPlugin(o: DatagramPluginOptions): Plugin<typeof datagramConfig> {
  return definePlugin({
    id: `@swarm-space/testkit/datagram-${o.id}`,
    api: 1,
    config: datagramConfig,
    provides: [ports.transport, ports.discoverySource],
    setup({ self, clock, provide }) {
      provide(ports.transport, new DatagramTransport({ ...o, peer: self.id, clock, swarmNetwork: self.network }));
      const discovery = new MemoryDiscovery({
        board: o.network.board,
        transport: o.id,
        name: self.id,
        swarmNetwork: self.network,
        clock,
      });
      const { death } = o;
      provide(ports.discoverySource, {
        id: o.id,
        discover: ({ signal }) =>
          discovery.discover({ signal: death === undefined ? signal : AbortSignal.any([signal, death]) }),
      });
    },
  });
}

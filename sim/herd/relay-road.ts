import { definePlugin, type Plugin, ports } from "@swarm-space/core";
import { type Dial, RelayPool } from "@swarm-space/gun-driver";
import { RelayTransport, roadOptions } from "@swarm-space/gun-driver/road";
import * as z from "zod";

const relayUrl = "ws://relay/gun";
const roadConfig = z.strictObject({});

export interface RelayRoadOptions {
  /** Nodes of one circle find each other; those of others at the same relay are strangers. */
  readonly circle: string;
  readonly dial: Dial;
  /** In place of chance: how much of a wait is waited. Of an ablation. */
  readonly jitter?: (() => number) | undefined;
  /** A peer is dialled through the relay. */
  readonly dialled: () => void;
}

/** `@swarm-space/transport-gun` with its defaults, but for its sockets, and for its mailboxes: they died with the relay. */
export function relayRoad({ circle, dial, jitter, dialled }: RelayRoadOptions): Plugin<typeof roadConfig> {
  return definePlugin({
    id: "@swarm-space/sim/relay-road",
    api: 1,
    config: roadConfig,
    provides: [ports.transport, ports.discoverySource],
    wants: [ports.cryptoSuite],
    setup({ self, provide, use, clock, random, events }) {
      const pool = new RelayPool();
      const transport = new (class extends RelayTransport {
        override connect(...request: Parameters<RelayTransport["connect"]>) {
          dialled();
          return super.connect(...request);
        }
      })({
        id: "gun",
        self: { id: self.id, network: circle },
        relays: [relayUrl],
        config: z.strictObject(roadOptions).parse({}),
        clock,
        random: { bytes: (length) => random.bytes(length), float: jitter ?? (() => random.float()) },
        suite: () => use(ports.cryptoSuite),
        pool: () => pool,
        openSide: async () => ({ dial, dialOf: new Map(), close: async () => undefined }),
      });
      provide(ports.transport, transport);
      provide(ports.discoverySource, transport);
      events.on("swarm:wake", () => transport.woke());
      return { stop: (o) => transport.close(o) };
    },
  });
}

/**
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import gun from "@swarm-space/transport-gun";
 *
 * await using swarm = await createSwarm({ plugins: [use(gun, { relays: ["http://127.0.0.1:8765/gun"] })] });
 * await swarm.start();
 * ```
 */
import { definePlugin, ports } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { RelayTransport, relayLinks } from "@swarm-space/gun-driver/road";
import { gunConfig } from "./config.ts";
import { openNodeSide } from "./node-side.ts";

export { gunMailboxes, type MailboxBounds } from "@swarm-space/gun-driver/road";
export { type GunConfig, gunConfig } from "./config.ts";

/** Frames, discovery and mailboxes through Gun relays; with `serve`, the node is a relay itself. */
export default definePlugin({
  id: "@swarm-space/transport-gun",
  api: 1,
  config: gunConfig,
  provides: [ports.transport, ports.discoverySource, ports.mailbox, relayLinks],
  wants: [ports.cryptoSuite, relayLinks],
  setup({ self, config, provide, use, clock, random, events }) {
    const pool = new RelayPool();
    provide(relayLinks, pool);
    const pools = use(relayLinks);
    const transport = new RelayTransport({
      id: "gun",
      self,
      relays: config.relays,
      config,
      clock,
      random,
      suite: () => use(ports.cryptoSuite),
      pool: () => pools[0] ?? pool,
      openSide: () => openNodeSide(config, clock, random),
    });
    provide(ports.transport, transport);
    provide(ports.discoverySource, transport);
    provide(ports.mailbox, transport);
    events.on("swarm:wake", () => transport.woke());
    // The kernel opens and closes the transport; what is left open by a failed start ends here.
    return { stop: (o) => transport.close(o) };
  },
});

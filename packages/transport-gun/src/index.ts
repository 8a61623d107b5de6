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
import { gunConfig } from "./config.ts";
import { GunTransport } from "./gun-transport.ts";

export { type GunConfig, gunConfig } from "./config.ts";
export { errorTable } from "./error-table.ts";
export { gunMailboxes, type MailboxBounds } from "./mailbox-rules.ts";

/** Frames, discovery and mailboxes through Gun relays; with `serve`, the node is a relay itself. */
export default definePlugin({
  id: "@swarm-space/transport-gun",
  api: 1,
  config: gunConfig,
  provides: [ports.transport, ports.discoverySource, ports.mailbox],
  wants: [ports.cryptoSuite],
  setup({ self, config, provide, use, clock, random, events }) {
    const transport = new GunTransport({ self, config, clock, random, suite: () => use(ports.cryptoSuite) });
    provide(ports.transport, transport);
    provide(ports.discoverySource, transport);
    provide(ports.mailbox, transport);
    events.on("swarm:wake", () => transport.woke());
    // The kernel opens and closes the transport; what is left open by a failed start ends here.
    return { stop: (o) => transport.close(o) };
  },
});

/**
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import integrated from "@swarm-space/transport-integrated";
 *
 * await using swarm = await createSwarm({
 *   plugins: [use(integrated, { gunRelays: ["http://127.0.0.1:8765/gun"], trackers: ["ws://127.0.0.1:8000"] })],
 * });
 * await swarm.start();
 * ```
 */
import { definePlugin, ports } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { relayLinks } from "@swarm-space/gun-driver/road";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { integratedConfig } from "./config.ts";
import { IntegratedTransport } from "./integrated-transport.ts";
import { openRelaySide } from "./relay-side.ts";
import { presenceSource } from "./sources.ts";

export { type IntegratedConfig, integratedConfig } from "./config.ts";
export { errorTable } from "./error-table.ts";

/** WebTorrent finds, Gun signals and relays, simple-peer connects. */
export default definePlugin({
  id: "@swarm-space/transport-integrated",
  api: 1,
  config: integratedConfig,
  provides: [ports.transport, ports.discoverySource, ports.mailbox, relayLinks],
  requires: [ports.cryptoSuite],
  wants: [relayLinks],
  setup({ self, config, provide, use, clock, random, events }) {
    const own = new RelayPool();
    provide(relayLinks, own);
    const pools = use(relayLinks);
    const transport = new IntegratedTransport({
      ...{ self, config, clock, random },
      suite: () => use(ports.cryptoSuite),
      pool: () => pools[0] ?? own,
      openSide: openRelaySide,
      openEngine: openWebRtc,
      loadSimplePeer: async () => (await import("#simple-peer")).default,
      refused: (remote, { code, message }) =>
        events.emit("frame:rejected", { transport: "integrated", remote, code, detail: message }),
    });
    provide(ports.transport, transport);
    provide(ports.mailbox, transport.relay);
    provide(ports.discoverySource, presenceSource(transport.relay));
    events.on("swarm:wake", () => transport.woke());
    // The kernel opens and closes the transport; what is left open by a failed start ends here.
    return { stop: (o) => transport.close(o) };
  },
});

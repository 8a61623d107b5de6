import { definePlugin, ports } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { relayLinks } from "@swarm-space/gun-driver/road";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { integratedConfig } from "./config.ts";
import { IntegratedTransport, type IntegratedTransportParts } from "./integrated-transport.ts";
import { openRelaySide } from "./relay-side.ts";
import { presenceSource } from "./sources.ts";

/** What an application may put in the place of a library. */
export type IntegratedRooms = Pick<IntegratedTransportParts, "openEngine" | "loadSimplePeer">;

/** The plugin with other rooms than its own: another WebRTC engine, say. */
export function integratedWith(rooms: Partial<IntegratedRooms>) {
  return definePlugin({
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
        ...rooms,
      });
      provide(ports.transport, transport);
      provide(ports.mailbox, transport.relay);
      provide(ports.discoverySource, presenceSource(transport.relay));
      events.on("swarm:wake", () => transport.woke());
      // The kernel opens and closes the transport; what is left open by a failed start ends here.
      return { stop: (o) => transport.close(o) };
    },
  });
}

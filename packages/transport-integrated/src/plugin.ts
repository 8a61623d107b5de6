import { type DiscoverySource, definePlugin, ports } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { relayLinks } from "@swarm-space/gun-driver/road";
import { openWebRtc, rtcOf } from "@swarm-space/webrtc-driver";
import { createFinder, type WebTorrentClient } from "@swarm-space/webtorrent-driver";
import { integratedConfig } from "./config.ts";
import { IntegratedTransport, type IntegratedTransportParts } from "./integrated-transport.ts";
import { openRelaySide } from "./relay-side.ts";

/** What an application may put in the place of a library. */
export interface IntegratedRooms extends Pick<IntegratedTransportParts, "openEngine" | "loadSimplePeer"> {
  /** A WebTorrent client that the application has already: its DHT and its settings find, and it stays open. */
  readonly webtorrent: WebTorrentClient;
  readonly makeFinder: typeof createFinder;
}

/** The plugin with other rooms than its own: another WebRTC engine, say. */
export function integratedWith({
  webtorrent,
  makeFinder = createFinder,
  openEngine = openWebRtc,
  ...rooms
}: Partial<IntegratedRooms>) {
  return definePlugin({
    id: "@swarm-space/transport-integrated",
    api: 1,
    config: integratedConfig,
    provides: [ports.transport, ports.discoverySource, ports.mailbox, relayLinks],
    requires: [ports.cryptoSuite],
    wants: [relayLinks],
    setup({ self, config, provide, use, clock, random, events, log }) {
      const own = new RelayPool();
      provide(relayLinks, own);
      const pools = use(relayLinks);
      const transport = new IntegratedTransport({
        ...{ self, config, clock, random, log },
        suite: () => use(ports.cryptoSuite),
        pool: () => pools[0] ?? own,
        openSide: openRelaySide,
        loadSimplePeer: async () => (await import("#simple-peer")).default,
        refused: (remote, { code, message }, isProven) =>
          events.emit("frame:rejected", {
            transport: "integrated",
            remote,
            code,
            detail: message,
            ...(isProven ? { peer: remote } : {}),
          }),
        openEngine,
        ...rooms,
      });
      const finder = makeFinder({
        ...{ self: self.id, network: self.network, clock, random, suite: () => use(ports.cryptoSuite) },
        dht: config.dht,
        trackers: { urls: config.trackers, openWebRtc: () => openEngine({ clock, ...rtcOf(config) }) },
        engine: webtorrent ?? config.engine,
      });
      provide(ports.transport, transport);
      provide(ports.mailbox, transport.relay);
      provide(ports.discoverySource, finder);
      provide(ports.discoverySource, presenceSource(transport.relay));
      events.on("swarm:wake", () => {
        transport.woke();
        finder.woke();
      });
      // The kernel opens and closes the transport, and ends who looks; what is left open by a failed start ends here.
      return {
        async stop(o) {
          await finder.close(o);
          await transport.close(o);
        },
      };
    },
  });
}

/** Presence at the relays, as the cascade's stage "gun". */
function presenceSource(relay: DiscoverySource): DiscoverySource {
  return { id: "gun", discover: (o) => relay.discover(o), announce: async (self, o) => relay.announce?.(self, o) };
}

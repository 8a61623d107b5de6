/**
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import peerjs from "@swarm-space/transport-peerjs";
 *
 * await using swarm = await createSwarm({ plugins: [use(peerjs, { servers: ["http://127.0.0.1:9000/"] })] });
 * await swarm.start();
 * ```
 */
import { definePlugin, ports } from "@swarm-space/core";
import { peerjsConfig } from "./config.ts";
import { PeerjsTransport, type PeerjsTransportParts } from "./peerjs-transport.ts";

export { type PeerjsConfig, peerjsConfig } from "./config.ts";
export { errorTable } from "./error-table.ts";

/** What an application may put in the place of a library. */
export type PeerjsRooms = Pick<PeerjsTransportParts, "openEngine">;

/** The plugin with other rooms than its own: another WebRTC engine, say. */
export function peerjsWith(rooms: Partial<PeerjsRooms>) {
  return definePlugin({
    id: "@swarm-space/transport-peerjs",
    api: 1,
    config: peerjsConfig,
    provides: [ports.transport, ports.discoverySource],
    wants: [ports.cryptoSuite],
    setup({ self, config, provide, use, clock, random, events, log }) {
      const refused = (remote: string, { code, message }: { readonly code: string; readonly message: string }) =>
        events.emit("frame:rejected", { transport: "peerjs", remote, code, detail: message });
      const suite = () => use(ports.cryptoSuite);
      const transport = new PeerjsTransport({ self, config, clock, random, suite, refused, log, ...rooms });
      provide(ports.transport, transport);
      provide(ports.discoverySource, transport);
      events.on("swarm:wake", () => transport.woke());
      // The kernel opens and closes the transport; what is left open by a failed start ends here.
      return { stop: (o) => transport.close(o) };
    },
  });
}

/** WebRTC by PeerJS signalling, and discovery by its servers. */
export default peerjsWith({});

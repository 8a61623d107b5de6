import { use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";

/**
 * Transports that are measured: one line each. `plugins` gets what runs in the hub: `relay`, a URL; `peerServer`, with host, port, path and
 * key; `stun`, with host and port; and where `needsTurn` asks for coturn, `turn`, an entry of `iceServers`.
 */
export const transports = {
  gun: { needsTurn: false, plugins: ({ relay }) => [use(gun, { relays: [relay] })] },
};

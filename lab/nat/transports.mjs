import { use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";

/**
 * Transports that are measured: one line each. `plugins` gets what runs in the hub: `{ relay, peerServer, stun }`, the addresses that
 * `swarm-space infra` told. `needsTurn`: coturn must be on the machine.
 */
export const transports = {
  gun: { needsTurn: false, plugins: ({ relay }) => [use(gun, { relays: [relay] })] },
};

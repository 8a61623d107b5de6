import { use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";
import integrated from "@swarm-space/transport-integrated";
import peerjs from "@swarm-space/transport-peerjs";

/**
 * Transports that are measured: one entry each, by the names of its transports. `hasWebRtc`: there is more than the relay. `plugins` gets what runs in the hub: `relay`, a URL; `peerServer`, with host, port, path and
 * key; `stun`, with host and port; and where `needsTurn` asks for coturn, `turn`, an entry of `iceServers`.
 */
export const transports = {
  integrated: {
    needsTurn: true,
    hasWebRtc: true,
    plugins: ({ relay, stun, turn }) => {
      const iceServers = [{ urls: `stun:${stun.host}:${stun.port}` }, turn];
      return [use(integrated, { gunRelays: [relay], iceServers })];
    },
  },
  gun: { needsTurn: false, hasWebRtc: false, plugins: ({ relay }) => [use(gun, { relays: [relay] })] },
  "peerjs+gun": {
    needsTurn: true,
    hasWebRtc: true,
    plugins: ({ relay, peerServer, stun, turn }) => {
      const servers = [`http://${peerServer.host}:${peerServer.port}${peerServer.path}`];
      const iceServers = [{ urls: `stun:${stun.host}:${stun.port}` }, turn];
      return [use(peerjs, { servers, iceServers, listPeers: false }), use(gun, { relays: [relay] })];
    },
  },
};

/** Servers by which nodes meet: what `swarm-space infra` runs, or what others run for everybody. */
export interface MeetingServers {
  /** WebSocket trackers, as wss: URLs. */
  readonly trackers: readonly string[];
  /** Nodes by which the BitTorrent DHT is entered, as host:port; Node alone. */
  readonly dhtBootstrap: readonly string[];
  /** Gun relays, as https: URLs. */
  readonly gunRelays: readonly string[];
  /** PeerServers, as https: URLs. */
  readonly peerServers: readonly string[];
  /** STUN and TURN servers, as WebRTC takes them. */
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
}

/**
 * What the preset uses unless told otherwise. Others run these, promise nothing, and see addresses, times and sizes, never a letter.
 * Any of them may be gone: `swarm-space doctor --public` tries each.
 */
export const publicServers: MeetingServers = Object.freeze({
  trackers: Object.freeze([
    "wss://tracker.openwebtorrent.com",
    "wss://tracker.webtorrent.dev",
    "wss://tracker.btorrent.xyz",
  ]),
  dhtBootstrap: Object.freeze([
    "router.bittorrent.com:6881",
    "router.utorrent.com:6881",
    "dht.transmissionbt.com:6881",
  ]),
  gunRelays: Object.freeze(["https://gun-manhattan.herokuapp.com/gun", "https://peer.wallie.io/gun"]),
  peerServers: Object.freeze(["https://0.peerjs.com/"]),
  iceServers: Object.freeze([
    Object.freeze({ urls: "stun:stun.l.google.com:19302" }),
    Object.freeze({ urls: "stun:stun.cloudflare.com:3478" }),
  ]),
});

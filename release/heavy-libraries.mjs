// The application brings the preset along, and with it what each plugin stands on.
const integrated = ["transport-integrated", "hybrid", "cli"];
const gunUsers = ["gun-driver", "transport-gun", ...integrated];
const torrentUsers = ["webtorrent-driver", ...integrated];
// The tracker's client depends on a polyfill of WebRTC for Node, which nobody loads.
const webrtcUsers = ["webrtc-driver", "transport-peerjs", ...torrentUsers];

/** Heavy libraries, and the packages in whose trees they may stand. Elsewhere they are foreign. */
export const heavyLibraries = Object.freeze({
  gun: gunUsers,
  ws: [...gunUsers, "webtorrent-driver", "webrtc-driver", "transport-peerjs"],
  "node-datachannel": webrtcUsers,
  peerjs: ["transport-peerjs", "hybrid", "cli"],
  peer: ["cli"],
  express: ["cli"],
  "simple-peer": integrated,
  webtorrent: [],
  "bittorrent-dht": torrentUsers,
  "bittorrent-protocol": torrentUsers,
  "bittorrent-tracker": torrentUsers,
  idb: ["store-idb", "hybrid", "cli"],
  "classic-level": ["store-level", "hybrid", "cli"],
  commander: ["cli"],
  "fast-check": [],
  vitest: [],
});

/** @param {string} folder below packages/ @param {(name: string) => boolean} isInstalled */
export function foreignLibraries(folder, isInstalled) {
  return Object.entries(heavyLibraries).flatMap(([name, homes]) =>
    !homes.includes(folder) && isInstalled(name) ? [name] : [],
  );
}

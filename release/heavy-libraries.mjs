/** Heavy libraries, and the packages in whose trees they may stand. Elsewhere they are foreign. */
const integrated = ["transport-integrated", "hybrid"];
const gunUsers = ["gun-driver", "transport-gun", ...integrated, "cli"];
const webrtcUsers = ["webrtc-driver", "transport-peerjs", ...integrated];

export const heavyLibraries = Object.freeze({
  gun: gunUsers,
  ws: [...gunUsers, "transport-integrated", "webrtc-driver", "transport-peerjs"],
  "node-datachannel": webrtcUsers,
  peerjs: ["transport-peerjs", "hybrid"],
  peer: ["cli"],
  express: ["cli"],
  "simple-peer": integrated,
  webtorrent: [],
  "bittorrent-dht": [...integrated, "cli"],
  "bittorrent-protocol": integrated,
  "bittorrent-tracker": [...integrated, "cli"],
  idb: ["store-idb", "hybrid"],
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

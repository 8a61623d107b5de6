/** What each package is. One that is not named here has no place in the law of imports yet, and is refused. */
export type PackageKind = "kernel" | "plugin" | "driver" | "preset" | "testkit" | "application";

const kinds: Readonly<Record<string, PackageKind>> = Object.freeze({
  core: "kernel",
  resilience: "plugin",
  discovery: "plugin",
  "transport-gun": "plugin",
  "transport-peerjs": "plugin",
  "transport-integrated": "plugin",
  "chain-sync": "plugin",
  "store-idb": "plugin",
  "store-level": "plugin",
  "gun-driver": "driver",
  "webrtc-driver": "driver",
  "webtorrent-driver": "driver",
  hybrid: "preset",
  testkit: "testkit",
  cli: "application",
  inspector: "application",
});

export const scope = "@swarm-space/";

/** The kind of a package by its folder name; undefined where the table does not know it. */
export function kindOf(folder: string): PackageKind | undefined {
  return Object.hasOwn(kinds, folder) ? kinds[folder] : undefined;
}

/** Which packages (folder names) a package of this kind may import by name from its sources. */
export function mayImport(kind: PackageKind, folder: string): boolean {
  const target = kindOf(folder);
  if (target === undefined) return false;
  if (kind === "preset" || kind === "application") return target !== "application";
  if (kind === "plugin") return target === "kernel" || target === "driver";
  return kind !== "kernel" && target === "kernel";
}

/** Heavy libraries, and the only place that touches each: a file, or a folder that ends in "/". */
export const libraryHomes: readonly { readonly library: RegExp; readonly home: string }[] = Object.freeze([
  { library: /^tsyringe$/, home: "packages/core/src/assembly/port-container.ts" },
  { library: /^reflect-metadata$/, home: "packages/core/src/assembly/reflection.ts" },
  { library: /^gun$/, home: "packages/gun-driver/" },
  { library: /^node-datachannel$/, home: "packages/webrtc-driver/" },
  { library: /^peerjs$/, home: "packages/transport-peerjs/" },
  { library: /^simple-peer$/, home: "packages/transport-integrated/" },
  { library: /^(webtorrent|bittorrent-(dht|protocol))$/, home: "packages/webtorrent-driver/" },
  // Its client there, its server here: one library, two who touch it.
  { library: /^bittorrent-tracker$/, home: "packages/(webtorrent-driver|cli/src/tracker)/" },
  { library: /^idb$/, home: "packages/store-idb/" },
  { library: /^classic-level$/, home: "packages/store-level/" },
  { library: /^commander$/, home: "packages/cli/" },
  { library: /^(peer|express)$/, home: "packages/cli/src/peer-server/" },
]);

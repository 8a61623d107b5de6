// Makes packages/transport-peerjs/src/generated/peerjs-factory.ts from the installed peerjs/dist/bundler.mjs: the same
// code, within a function, so that it takes WebRTC, sockets, time and chance from who calls it, and no global is touched.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const plugin = fileURLToPath(new URL("../packages/transport-peerjs/", import.meta.url));
export const peerjsFactoryFile = join(plugin, "src/generated/peerjs-factory.ts");

/** What peerjs would otherwise take from the process or page. Those that are not handed in are undefined. */
const globals = [
  "RTCPeerConnection",
  "RTCSessionDescription",
  "RTCRtpTransceiver",
  "WebSocket",
  "FileReader",
  "fetch",
  "setTimeout",
  "clearTimeout",
  "console",
  "Date",
  "Math",
  "window",
  "location",
  "navigator",
  "webrtcAdapter",
];

/** Imports that only other serializations than `raw` use, and one that shims the page's own WebRTC. */
const imports = [
  /^import \{pack as \S+, unpack as \S+\} from "peerjs-js-binarypack";$/m,
  /^import \S+ from "webrtc-adapter";$/m,
  /^import \{Encoder as \S+, decodeMultiStream as \S+\} from "@msgpack\/msgpack";$/m,
];

/** The installed bundle, its version and its licence. */
export function readInstalledPeerjs() {
  const root = dirname(dirname(createRequire(join(plugin, "package.json")).resolve("peerjs")));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    version,
    source: readFileSync(join(root, "dist/bundler.mjs"), "utf8"),
    licence: readFileSync(join(root, "LICENSE"), "utf8"),
  };
}

/** The text of the factory module. Pure. */
export function makePeerjsFactory({ version, source, licence }) {
  let engine = source;
  const take = (pattern) => {
    const found = pattern.exec(engine);
    if (!found) throw new Error(`peerjs ${version}: the file is not cut where it was; look at it anew`);
    engine = engine.replace(found[0], "");
    return found[0];
  };
  const [packs, adapter, msgpack] = imports.map(take);
  const names = [packs, msgpack].flatMap((line) => [...line.matchAll(/as (\S+?)[,}]/g)].map(([, name]) => name));
  const shim = /^import (\S+) /.exec(adapter)[1];
  const exported = take(/^export \{[^}]*\};$/m);
  const nameOf = (name) => new RegExp(`(\\S+) as ${name}[,}]`).exec(exported)[1].replace("{", "");
  engine = engine.replace(/^\/\/# sourceMappingURL=.*$/m, "");
  return [
    "// @ts-nocheck",
    `// Generated from peerjs ${version} by scripts/build-peerjs.mjs. Do not edit.`,
    "/*",
    licence.trim(),
    "*/",
    "/** A fresh PeerJS with the given globals; nothing is shared with another one. */",
    "export function makePeerjs(globals: Record<string, unknown>): any {",
    `  const { ${globals.join(", ")} } = globals;`,
    `  const ${shim} = webrtcAdapter;`,
    ...names.map((name) => `  const ${name} = undefined;`),
    engine.trim(),
    `  return { Peer: ${nameOf("Peer")}, BufferedConnection: ${nameOf("BufferedConnection")} };`,
    "}",
    "",
  ].join("\n");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(dirname(peerjsFactoryFile), { recursive: true });
  writeFileSync(peerjsFactoryFile, makePeerjsFactory(readInstalledPeerjs()));
}

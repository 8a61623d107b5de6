import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { codeOf, describeError, SwarmError } from "@swarm-space/core";
import { resolveConfig } from "@swarm-space/core/config";
import { findConfigFile, installedPlugins, loadConfigFile, resolveFrom } from "@swarm-space/core/node";
import type { Stage } from "../stage.ts";
import { bad, type Finding, good, odd } from "./finding.ts";

const leastNode = 22;

/** Ports of `swarm-space infra`, as it takes them where none is named. */
export const usualPorts = Object.freeze([
  { what: "Gun relay", port: 8_765, option: "--port", udp: false },
  { what: "PeerServer", port: 9_000, option: "--peer-port", udp: false },
  { what: "STUN server", port: 3_478, option: "--stun-port", udp: true },
  { what: "tracker", port: 8_000, option: "--tracker-port", udp: false },
  { what: "DHT node", port: 6_881, option: "--dht-port", udp: true },
  { what: "page of health", port: 8_766, option: "--health-port", udp: false },
]);

export function checkNode(version: string): Finding {
  const isEnough = Number.parseInt(version, 10) >= leastNode;
  return isEnough
    ? good("Node", version)
    : bad("Node", version, `Install Node ${leastNode} or newer: https://nodejs.org.`);
}

/** The file that is named, or the one of this folder. None is no fault: it may be all in code. */
export async function checkConfiguration(stage: Stage, path: string | undefined): Promise<Finding> {
  const what = "configuration";
  try {
    const file = path === undefined ? await findConfigFile(stage.folder) : resolve(stage.folder, path);
    const { raw, dir } = await loadConfigFile(file);
    const resolveModule = resolveFrom(dir, { also: [import.meta.url] });
    const { plugins } = await resolveConfig(raw, resolveModule, { known: await installedPlugins(dir) });
    return good(what, `${file}: ${plugins.length === 1 ? "1 plugin" : `${plugins.length} plugins`}`);
  } catch (error) {
    if (path === undefined && codeOf(error, "") === "CONFIG_NOT_FOUND")
      return odd(what, "none in this folder", "Nothing, where nodes are made in code; else name the file.");
    return bad(what, describeError(error), SwarmError.is(error) ? error.cure : "See `swarm-space config check`.");
  }
}

/** Data channels need a native library; without it nodes talk by relays. */
export async function checkWebRtc(open: () => Promise<{ close(): Promise<void> }>): Promise<Finding> {
  try {
    await (await open()).close();
    return good("WebRTC", "its library loads");
  } catch (error) {
    return bad(
      "WebRTC",
      describeError(error),
      "Install again, with `node-datachannel` for this platform. Until then nodes talk by relays alone.",
    );
  }
}

/** Whether the port is free on 127.0.0.1: for a moment this listens there. */
export async function checkPort({ what, port, option, udp }: (typeof usualPorts)[number]): Promise<Finding> {
  const name = `port ${port}${udp ? " (UDP)" : ""}`;
  try {
    await (udp ? bindUdp(port) : bindTcp(port));
    return good(name, `free for the ${what}`);
  } catch (error) {
    const cure = `Nothing, if that is your own \`swarm-space infra\`; else name another port by \`${option}\`.`;
    return odd(name, `not free for the ${what}: ${describeError(error)}`, cure);
  }
}

async function bindTcp(port: number): Promise<void> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

async function bindUdp(port: number): Promise<void> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
  } finally {
    socket.close();
  }
}

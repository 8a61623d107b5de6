/** One of two nodes of the lab, in a process of its own. Each round is a new node; when the parent is gone, this ends. */
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { createSwarm, roomPorts } from "@swarm-space/core";
import * as z from "zod";
import { obeyOrders } from "../obey-orders.mjs";
import { transports } from "./transports.mjs";

const letter = { name: "first-letter", schema: z.strictObject({ text: z.string() }) };
let swarm;
let told;

/** As "peerjs directly", "integrated by TURN" and "gun by Gun", each once. */
function waysTo(peer) {
  const words = swarm
    .get(roomPorts.book)
    .links(peer)
    .map(({ link: { connection } }) => nameOf(connection));
  return [...new Set(words)].sort();
}

function nameOf({ transport, road, capabilities }) {
  if (road === "relay") return `${transport} by Gun`;
  return `${transport} ${capabilities.direct ? "directly" : "by TURN"}`;
}

obeyOrders({
  /** A new node, not yet started. */
  async make({ transport, network, addresses }) {
    swarm = await createSwarm({ log: "silent", network, plugins: transports[transport].plugins(addresses) });
    told = swarm.channel(letter);
    told.onMessage(() => {});
    return { id: swarm.id };
  },
  async start() {
    await swarm.start();
  },
  /** Milliseconds from before the start to the first confirmation, and by which of `ways` it came. */
  async write({ to, ttlMs }) {
    const from = performance.now();
    await swarm.start();
    const receipt = await told.send(to, { text: "hello" }, { ttlMs });
    const ms = performance.now() - from;
    const ways = waysTo(to).filter((way) => way.startsWith(receipt.transport));
    // The relay's road stands first: where both do, it was that one.
    const road = ways.find((way) => way.endsWith("by Gun")) ?? ways[0] ?? receipt.transport;
    return { ms, road, status: receipt.status };
  },
  /** By what the two are connected, as soon as one way is WebRTC, or else after that time. */
  async ways({ to, timeoutMs }) {
    const from = performance.now();
    const isWebRtc = (way) => !way.endsWith("by Gun");
    while (!waysTo(to).some(isWebRtc) && performance.now() - from < timeoutMs) await sleep(50);
    return { ways: waysTo(to), ms: performance.now() - from };
  },
  async stop() {
    await swarm?.stop();
    swarm = undefined;
  },
  /** The address that a STUN server in the hub sees; undefined: no answer came. */
  async mapped({ host, port, timeoutMs }) {
    const socket = createSocket("udp4");
    const request = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");
    const answer = new Promise((resolve) => socket.once("message", resolve));
    try {
      for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 500) {
        socket.send(request, port, host);
        const packet = await Promise.race([answer, sleep(500)]);
        if (packet)
          return { address: [...packet.subarray(28, 32)].map((byte, at) => byte ^ request[4 + at]).join(".") };
      }
      return { address: undefined };
    } finally {
      socket.close();
    }
  },
});

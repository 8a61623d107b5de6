import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { createSwarm, ports, replaceRoom, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { row } from "./report.mjs";

const rounds = 5;
const peersAtOnce = 1_000;
/** Dials that are under way together: what is measured is links that rest, not their handshakes. */
const dialsAtOnce = 50;
const kibibyte = 1_024;
const settleMs = 250;

/**
 * Heap of a node for each peer that is connected and says nothing: one node, a thousand peers in the same process. Both ends of a
 * link are in it, and both ends of the memory transport: a node alone has half.
 */
export async function idleRows({ progress, peers = peersAtOnce }) {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  const both = [];
  const left = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`idle: round ${round} of ${rounds}`);
    const now = await measure(peers);
    // The first round warms the code.
    if (round === 0) continue;
    both.push(now.grown);
    left.push(now.left);
  }
  return [
    row({
      name: "idle-peer",
      values: both,
      unit: `KiB of heap for each of ${peers} connected peers, both ends`,
      goal: "≤ 20 KiB",
      holds: (value) => value <= 20,
    }),
    row({ name: "left-after-close", values: left, unit: "KiB of heap for each peer that went" }),
  ];
}

async function measure(count) {
  const network = new MemoryNetwork();
  const [first, hub] = [await makeNode(network, { maxPeers: count }), await makeNode(network, { maxPeers: count })];
  const peers = await Promise.all(Array.from({ length: count }, () => makeNode(network)));
  await Promise.all([first, hub, ...peers].map((node) => node.start()));
  // What a node makes at its first connection is no peer's.
  await connectAll(first, peers);
  const before = await heapBytes();
  await connectAll(hub, peers);
  const connected = await heapBytes();
  await hub.stop();
  await pause(settleMs);
  const after = await heapBytes();
  await Promise.all([first, ...peers].map((node) => node.stop()));
  return { grown: (connected - before) / count / kibibyte, left: (after - before) / count / kibibyte };
}

async function connectAll(hub, peers) {
  const queue = peers.values();
  await Promise.all(
    Array.from({ length: dialsAtOnce }, async () => {
      for (const peer of queue) { await hub.connect(peer.id); globalThis.cnt = (globalThis.cnt ?? 0) + 1; }
    }),
  );
  if (hub.peers().length !== peers.length) throw new Error(`${hub.peers().length} of ${peers.length} are connected`);
  await pause(settleMs);
}

/** Nobody dials of themselves: each link is one that was asked for. */
function makeNode(network, messaging = {}) {
  return createSwarm({
    log: "silent",
    messaging,
    plugins: [use(memoryPlugin({ network }))],
    replace: [replaceRoom(ports.dialer, () => ({ wanted: () => [], onChange: () => () => undefined }))],
  });
}

async function heapBytes() {
  for (let i = 0; i < 3; i++) {
    await nextTurn();
    globalThis.gc();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

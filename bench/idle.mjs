import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
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
 * Memory of a node for each peer that is connected and says nothing: a node, and a thousand peers that had a connection before, in
 * one process. So both ends of each link are in it, of the kernel and of the memory transport; a node has one, and half of it.
 */
export async function idleRows({ progress }) {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  const ends = { heap: [], outside: [] };
  const left = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`idle: round ${round} of ${rounds}`);
    const now = await measure(peersAtOnce, collect);
    // The first round warms the code.
    if (round === 0) continue;
    ends.heap.push(now.heap / 2);
    ends.outside.push(now.outside / 2);
    left.push(now.left / 2);
  }
  return [
    row({
      name: "idle-peer",
      values: ends.heap,
      unit: `KiB of heap for each of ${peersAtOnce} connected peers`,
      goal: "≤ 20 KiB",
      holds: (value) => value <= 20,
    }),
    row({ name: "idle-peer-outside", values: ends.outside, unit: "KiB of buffers outside the heap, beside it" }),
    row({ name: "idle-peer-left", values: left, unit: "KiB of heap for each peer that left" }),
  ];
}

async function measure(count, collect) {
  const network = new MemoryNetwork();
  const [first, hub] = [await makeNode(network, { maxPeers: count }), await makeNode(network, { maxPeers: count })];
  const peers = await Promise.all(Array.from({ length: count }, () => makeNode(network)));
  await Promise.all([first, hub, ...peers].map((node) => node.start()));
  // What a node makes at its first connection is no peer's.
  await connectAll(first, peers);
  const before = await held(collect);
  await connectAll(hub, peers);
  const connected = await held(collect);
  await hub.stop();
  await pause(settleMs);
  const after = await held(collect);
  await Promise.all([first, ...peers].map((node) => node.stop()));
  const each = (bytes) => bytes / count / kibibyte;
  return {
    heap: each(connected.heap - before.heap),
    outside: each(connected.outside - before.outside),
    left: each(after.heap - before.heap),
  };
}

async function connectAll(hub, peers) {
  const queue = peers.values();
  await Promise.all(
    Array.from({ length: dialsAtOnce }, async () => {
      for (const peer of queue) await hub.connect(peer.id);
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

async function held(collect) {
  for (let i = 0; i < 3; i++) {
    await nextTurn();
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, outside: external };
}

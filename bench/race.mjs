import { createSwarm, ports, replaceRoom, roomPorts, systemClock, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { percentile, row } from "./report.mjs";

const rounds = 5;
const dialers = 10;
const peersOfEach = 10;
/** One dial begins so long after the other: what is measured is the race and not a queue. */
const everyMs = 30;
const roundTripMs = 50;
const roads = ["first", "second", "third", "fourth"];

/**
 * How long until a dialling node holds the keys of a connection: four direct ways of 50 ms, of which the best two are
 * black holes (one answers no dial, the other no handshake). Real clock, 100 first dials a round.
 */
export async function raceRows({ progress }) {
  const raced = [];
  const alone = [];
  const left = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`race: round ${round} of ${rounds}`);
    const holes = await dials(["first", "second"]);
    const none = await dials([]);
    // The first round warms the code.
    if (round === 0) continue;
    raced.push(percentile(holes.waits, 0.95));
    alone.push(percentile(none.waits, 0.95));
    left.push(holes.left);
  }
  return [
    row({
      name: "keys-p95",
      values: raced,
      unit: "ms",
      baseline: alone,
      goal: "≤ 650 ms",
      holds: (value) => value <= 650,
    }),
    row({
      name: "left-half-open",
      values: left,
      unit: "ways",
      goal: "0: losers are called off",
      holds: () => left.every((count) => count === 0),
    }),
  ];
}

/** Milliseconds of each `connect`, and on how many of the dialling nodes' black holes a connection is left. */
async function dials(blackHoles) {
  const network = new MemoryNetwork({ clock: systemClock() });
  network.inject({}, { latencyMs: roundTripMs / 2 });
  for (const [place, transport] of blackHoles.entries())
    network.inject({ transport }, place === 0 ? { dial: "hang" } : { blackhole: true });
  const peers = await nodes(network, dialers * peersOfEach);
  const own = await nodes(network, dialers);
  const waits = [];
  const begun = peers.map(async (peer, place) => {
    const node = own[place % dialers];
    const addresses = roads.map((transport) => ({ transport, value: peer.id }));
    node.get(roomPorts.addresses).note({ peer: peer.id, addresses, source: "bench" });
    await new Promise((go) => setTimeout(go, place * everyMs));
    const started = performance.now();
    await node.connect(peer.id);
    waits.push(performance.now() - started);
  });
  await Promise.all(begun);
  // What was called off has its closing behind it after a few turns.
  await new Promise((go) => setTimeout(go, roundTripMs));
  const left = own.flatMap((node) => blackHoles.filter((id) => stateOf(node, id) !== "ready")).length;
  await Promise.all([...own, ...peers].map((node) => node.stop()));
  return { waits, left };
}

/** "ready": it holds no connection. */
function stateOf(node, transport) {
  return node.getTransportStatus().health.get(transport)?.status.state;
}

/** Nodes on all four ways that dial nobody of themselves. */
async function nodes(network, count) {
  const capabilities = { latencyClassMs: roundTripMs };
  const made = Array.from({ length: count }, () =>
    createSwarm({
      log: "silent",
      plugins: roads.map((id) => use(memoryPlugin({ network, id, capabilities, discovery: false }))),
      replace: [replaceRoom(ports.dialer, () => ({ wanted: () => [], onChange: () => () => undefined }))],
    }),
  );
  const all = await Promise.all(made);
  await Promise.all(all.map((node) => node.start()));
  return all;
}

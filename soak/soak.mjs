import { setImmediate as nextTask, setTimeout as pause } from "node:timers/promises";
import { createSwarm, ports, replaceRoom, roomPorts, systemClock, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import gun from "@swarm-space/transport-gun";
import { Leak } from "./leak.mjs";
import { Relay } from "./relay.mjs";
import { calmest, sample } from "./sample.mjs";
import { Traffic } from "./traffic.mjs";
import { rowsOf } from "./verdict.mjs";
import { Weather } from "./weather.mjs";

/** A round: letters under faults, then all is healed and answered, and while all rests samples are taken. */
const longestRoundMs = 5_000;
/** In a short run rounds are shorter, so that there are two. */
const leastRounds = 2;
/** Of a round, how long letters flow; and at most how long all rests, where it is whole. */
const flowShare = 0.9;
const restMs = 600;
/** What is offered above the rate that is wanted, for the time in which a round is brought to its end. */
const surplus = 1.4;
/** Turns of the loop in which what was stopped may go. */
const mostLooks = 10_000;
const mebibyte = 1_048_576;

/**
 * @param o.leak bytes a second that are kept for ever: the ablation
 * @returns the rows: rate, letters, heap, timers, sockets, faults
 */
export async function soak({ minutes, rate, leak = 0, progress }) {
  const forMs = Math.min(longestRoundMs, (minutes * 60_000) / leastRounds);
  const rounds = Math.max(leastRounds, Math.round((minutes * 60_000) / forMs));
  const flowMs = forMs * flowShare;
  const relay = new Relay();
  await relay.start();
  const network = new MemoryNetwork({ clock: systemClock(), schedule: setImmediate });
  const nodes = await Promise.all([makeNode(network, relay), makeNode(network, relay)]);
  const traffic = new Traffic(nodes, Math.ceil(rate * surplus * (rounds + 1) * (forMs / 1_000)) + 10_000);
  const weather = new Weather({ network, relay, nodes });
  const leaking = new Leak(leak);
  const samples = [];
  const startedAt = performance.now();
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await nodes[0].connect(nodes[1].id);
    await settled(nodes, longestRoundMs);
    for (let round = 0; round < rounds; round++) {
      await Promise.all([traffic.flow(rate * surplus, flowMs), weather.blow(flowMs)]);
      await settled(nodes, forMs);
      leaking.grow(forMs);
      samples.push(await calmest(Math.min(restMs, forMs / 10)));
      progress(
        `round ${round + 1} of ${rounds}: ${traffic.confirmed} letters, heap ${told(samples.at(-1).heap)}, code ${told(samples.at(-1).code)}, ${samples.at(-1).timers} timers`,
      );
    }
  } finally {
    weather.end();
    await Promise.all(nodes.map((node) => node.stop()));
    await relay.kill();
  }
  const { counts } = weather;
  return rowsOf({ traffic, counts, samples, rate, left: await remaining(), lastedMs: samples.at(-1).at - startedAt });
}

function told(bytes) {
  return `${(bytes / mebibyte).toFixed(3)} MiB`;
}

/** Timers and sockets that a stopped node has left; the system closes sockets in its own time. */
async function remaining() {
  const of = ({ timers, sockets }) => timers + sockets;
  for (let looks = 0; looks < mostLooks && of(sample()) > 0; looks++) await nextTask();
  return of(sample());
}

/** That roads are cut is no news here. */
const silent = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});

function makeNode(network, relay) {
  return createSwarm({
    replace: [replaceRoom(ports.logger, () => silent)],
    plugins: [
      use(memoryPlugin({ network, id: "alpha", capabilities: { latencyClassMs: 5 } })),
      use(memoryPlugin({ network, id: "beta", capabilities: { latencyClassMs: 20 } })),
      use(gun, { relays: [`http://127.0.0.1:${relay.port}/gun`] }),
      use(resilience, { baseBackoffMs: 100, maxBackoffMs: 1_000, failureThreshold: 3, openStateTimeout: 1_000 }),
    ],
  });
}

/** A round begins and each sample is taken in the same state: every road up, a link between the nodes and its standby. */
async function settled(nodes, mostMs) {
  const until = performance.now() + mostMs;
  const linksOf = (node) =>
    node
      .peers()
      .flatMap(({ id }) => node.get(roomPorts.book).links(id))
      .filter(({ usable }) => usable).length;
  const isSettled = () =>
    nodes.every(
      (node) =>
        linksOf(node) >= 2 &&
        [...node.getTransportStatus().health.values()].every(
          ({ status }) => status.state === "active" || status.state === "ready",
        ),
    );
  while (!isSettled() && performance.now() < until) await pause(20);
}

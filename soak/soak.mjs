import process from "node:process";
import { setImmediate as nextTask } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { createSwarm, ports, replaceRoom, systemClock, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import gun from "@swarm-space/transport-gun";
import { median, row } from "../bench/report.mjs";
import { Relay } from "./relay.mjs";
import { theilSen } from "./slope.mjs";
import { Traffic } from "./traffic.mjs";
import { weather } from "./weather.mjs";

/** A round: letters under faults, then all is healed and answered, memory is collected, and one sample is taken. */
const longestRoundMs = 10_000;
/** In a short run rounds are shorter, so that there are two. */
const leastRounds = 2;
/** Rounds at the start that are left out: code is still compiled, and pools are filled. */
const warmShare = 0.25;
/** Below so many samples a slope says nothing. */
const leastSamples = 12;
/** What is offered above the rate that is wanted, for the time in which a round is brought to its end. */
const surplus = 1.15;
/** Turns of the loop in which what was stopped may go. */
const mostLooks = 10_000;
const mebibyte = 1_048_576;
const hourMs = 3_600_000;

/** @returns the rows: rate, letters, heap, timers, sockets */
export async function soak({ minutes, rate, progress, roundMs = longestRoundMs }) {
  const collect = collector();
  const forMs = Math.min(roundMs, (minutes * 60_000) / leastRounds);
  const rounds = Math.max(leastRounds, Math.round((minutes * 60_000) / forMs));
  const relay = new Relay();
  await relay.start();
  const network = new MemoryNetwork({ clock: systemClock(), schedule: setImmediate });
  const nodes = await Promise.all([makeNode(network, relay), makeNode(network, relay)]);
  const traffic = new Traffic(nodes, Math.ceil(rate * surplus * (rounds + 1) * (forMs / 1_000)) + 10_000);
  const counts = new Map();
  const samples = [];
  const startedAt = performance.now();
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await nodes[0].connect(nodes[1].id);
    for (let round = 0; round < rounds; round++) {
      await Promise.all([
        traffic.flow(rate * surplus, forMs * 0.9),
        weather({ network, relay, forMs: forMs * 0.9, counts }),
      ]);
      await settled(nodes, forMs);
      await collect();
      samples.push(sample());
      progress(
        `round ${round + 1} of ${rounds}: ${traffic.confirmed} letters, heap ${(samples.at(-1).heap / mebibyte).toFixed(2)} MiB`,
      );
    }
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await relay.kill();
  }
  const left = await remaining();
  return rowsOf({ traffic, counts, samples, rate, left, lastedMs: samples.at(-1).at - startedAt });
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

/** Each sample is taken in the same state: every road up, two links between the nodes, nothing on its way. */
async function settled(nodes, mostMs) {
  const until = performance.now() + mostMs;
  const isSettled = () =>
    nodes.every(
      (node) =>
        node.peers().length === 1 &&
        [...node.getTransportStatus().health.values()].every(
          ({ status }) => status.state === "active" || status.state === "ready",
        ),
    );
  while (!isSettled() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  // What retires or lingers for a moment is gone then.
  await new Promise((resolve) => setTimeout(resolve, Math.min(500, mostMs / 10)));
}

/** Collects all garbage, twice, for what was found unreachable may have held other things. */
function collector() {
  v8.setFlagsFromString("--expose-gc");
  const gc = vm.runInNewContext("gc");
  return async () => {
    for (let i = 0; i < 2; i++) {
      await nextTask();
      gc();
    }
  };
}

function sample() {
  const resources = process.getActiveResourcesInfo();
  return {
    at: performance.now(),
    heap: process.memoryUsage().heapUsed,
    code: compiledBytes(),
    timers: resources.filter((kind) => kind === "Timeout").length,
    sockets: resources.filter((kind) => kind.startsWith("TCP")).length,
  };
}

/** Of the heap: machine code, byte code, and what V8 needs to leave it again. It grows for as long as functions are still found worth compiling. */
function compiledBytes() {
  return v8
    .getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name.includes("code") || name.includes("trusted"))
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}

function rowsOf({ traffic, counts, samples, rate, left, lastedMs }) {
  const warm = samples.slice(Math.floor(samples.length * warmShare));
  const isLong = warm.length >= leastSamples;
  const slopeOf = (bytesOf) =>
    theilSen(
      warm.map(({ at }) => at),
      warm.map(bytesOf),
    );
  const { slope, low, high } = slopeOf(({ heap }) => heap);
  const code = slopeOf((each) => each.code);
  const data = slopeOf((each) => each.heap - each.code);
  const perHour = (bytesPerMs) => (bytesPerMs * hourMs) / mebibyte;
  const half = Math.ceil(warm.length / 2);
  const growth = (key) =>
    median(warm.slice(-half).map((each) => each[key])) - median(warm.slice(0, half).map((each) => each[key]));
  const none = (value) => value === 0;
  const judged = (goal) => (isLong ? goal : `${goal}, for information: too few samples`);
  const info = (name, value, unit) => row({ name, values: [value], unit });
  return [
    row({
      name: "rate",
      values: [(traffic.confirmed * 1_000) / lastedMs],
      unit: "letters/s, pauses and faults included",
      goal: judged(`≥ ${rate}`),
      holds: (value) => !isLong || value >= rate,
    }),
    row({ name: "lost", values: [traffic.lost], unit: "letters", goal: "0", holds: none }),
    row({ name: "doubled", values: [traffic.doubled], unit: "letters", goal: "0", holds: none }),
    row({ name: "failed", values: [traffic.failed], unit: "letters", goal: "0", holds: none }),
    row({
      name: "heap slope",
      values: [perHour(slope)],
      unit: "MiB/h after collection",
      goal: judged("≤ 1"),
      holds: (value) => !isLong || value <= 1,
    }),
    info("heap slope, low end", perHour(low), "MiB/h, 95 %"),
    info("heap slope, high end", perHour(high), "MiB/h, 95 %"),
    info("of it compiled code", perHour(code.slope), "MiB/h"),
    info("of it all else", perHour(data.slope), "MiB/h"),
    info("all else, low end", perHour(data.low), "MiB/h, 95 %"),
    info("all else, high end", perHour(data.high), "MiB/h, 95 %"),
    info("heap", median(warm.map(({ heap }) => heap)) / mebibyte, "MiB"),
    row({
      name: "timers grown",
      values: [growth("timers")],
      unit: "timers",
      goal: judged("≤ 0"),
      holds: (value) => !isLong || value <= 0,
    }),
    row({
      name: "sockets grown",
      values: [growth("sockets")],
      unit: "sockets",
      goal: judged("≤ 0"),
      holds: (value) => !isLong || value <= 0,
    }),
    row({ name: "left after the stop", values: [left], unit: "timers and sockets", goal: "0", holds: none }),
    info("timers", median(warm.map(({ timers }) => timers)), "timers"),
    info("sockets", median(warm.map(({ sockets }) => sockets)), "sockets"),
    info("samples", warm.length, "samples"),
    ...[...counts].map(([fault, times]) =>
      row({ name: fault, values: [times], unit: "times", goal: "> 0", holds: (value) => value > 0 }),
    ),
  ];
}

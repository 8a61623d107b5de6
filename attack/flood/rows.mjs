import { row } from "../../bench/report.mjs";
import { Process } from "../support/process.mjs";
import { honestNode, joinMs, pace } from "./honest.mjs";

/** What is done to the victim. Rates in letters, or handshakes, a second. */
export const floods = {
  unknown: { attack: "letters", kind: "unknown", rate: 50_000, from: "127.66.0.1", expels: true },
  invalid: { attack: "letters", kind: "invalid", rate: 50_000, from: "127.66.0.1", expels: true },
  doubles: { attack: "letters", kind: "doubles", rate: 50_000, from: "127.66.0.1", expels: true },
  unasked: { attack: "letters", kind: "unasked", rate: 50_000, from: "127.66.0.1", expels: true },
  washed: { attack: "letters", kind: "unknown", rate: 50_000, from: "127.66.0.1", washed: true, expels: true },
  handshakes: { attack: "handshakes", rate: 1_000, from: "127.66.0.1" },
  varying: { attack: "handshakes", rate: 1_000, from: "varying" },
  loris: { attack: "loris", sockets: 500, from: "127.66.0.1" },
};

export const goals = { p95: 2, share: 0.95, joinMs: 3_000, loopMs: 50, heapMiB: 16, expelMs: 1_000 };

const joins = 5;
/** What a node has done that has been up for a while: times and memory are judged of such a one. */
const warm = { ms: 1_000, joins: 30 };

/**
 * One flood against one victim, each in its own process; this process is the honest peer.
 * @param o.quietMs of each round without the flood, with which those under it are compared; default as long as these
 * @param o.isCold the victim has just begun
 */
export async function measure(
  flood,
  { ablated = false, rounds = 16, roundMs = 500, quietMs = roundMs, isCold = false } = {},
) {
  await using victim = new Process("flood/victim.mjs", { ablated });
  const to = await victim.ask("where");
  const honest = await honestNode(to, "127.77.0.1");
  try {
    await honest.swarm.connect(to.peer, { signal: AbortSignal.timeout(10_000) });
    if (!isCold) {
      await pace(honest, to, warm.ms);
      for (let i = 0; i < warm.joins; i++) await joinMs(to, "127.79.0.1");
    }
    await using attacker = new Process("flood/attacker.mjs", to, { priority: 15 });
    await attacker.ask("ready");
    await victim.ask("begin");
    const quiet = [];
    const flooded = [];
    // In turns, so that whatever else this machine does weighs on both.
    for (let i = 0; i < rounds; i++) {
      quiet.push(await pace(honest, to, quietMs));
      await attacker.ask("begin", flood);
      flooded.push(await pace(honest, to, roundMs));
      if (i < rounds - 1) await attacker.ask("end");
    }
    const joined = [];
    for (let i = 0; i < joins; i++) joined.push(await joinMs(to, `127.78.${i}.1`));
    const seen = await victim.ask("end");
    const done = await attacker.ask("end");
    return { quiet, flooded, joined, seen, done };
  } finally {
    await honest.swarm.stop();
  }
}

/** @param o.only names of floods; default all */
export async function floodRows({ progress, only = Object.keys(floods), ...o }) {
  const rows = [];
  for (const name of only) {
    progress(`flood: ${name}`);
    rows.push(...rowsOf(name, floods[name], await measure(floods[name], o)));
  }
  return rows;
}

/** Of both sides alike: what else the machine does in a round only adds to it. */
function quieterHalf(values) {
  return [...values].sort((a, b) => a - b).slice(0, Math.ceil(values.length / 2));
}

export function rowsOf(name, flood, { quiet, flooded, joined, seen, done }) {
  const p95 = (list) => quieterHalf(list.map(({ p95Ms }) => p95Ms));
  const rate = (list) => list.map(({ perSecond }) => perSecond);
  const tries = `${done.connections} connections, ${done.sent} sent`;
  const rows = [
    row({
      name: `${name} p95`,
      values: p95(flooded),
      unit: "ms",
      baseline: p95(quiet),
      goal: "≤ 2× quiet",
      holds: (_, ratio) => ratio <= goals.p95,
    }),
    row({
      name: `${name} share`,
      values: rate(flooded),
      unit: "letters/s",
      baseline: rate(quiet),
      goal: "≥ 0.95× quiet",
      holds: (_, ratio) => ratio >= goals.share,
    }),
    row({
      name: `${name} join`,
      values: [Math.max(...joined)],
      unit: "ms",
      goal: "≤ 3,000",
      holds: (value) => value <= goals.joinMs,
    }),
    row({
      name: `${name} loop p99`,
      values: [seen.loopP99Ms],
      unit: "ms",
      goal: "≤ 50",
      holds: (value) => value <= goals.loopMs,
    }),
    row({
      name: `${name} heap`,
      values: [seen.heapMiB],
      unit: "MiB",
      goal: "≤ 16",
      holds: (value) => value <= goals.heapMiB,
    }),
  ];
  if (flood.attack === "handshakes") {
    const perSecond = (done.connections * 1000) / done.activeMs;
    rows.push(
      row({
        name: `${name} attempts`,
        values: [perSecond],
        unit: "/s",
        goal: "≥ 500: else nothing was shown",
        holds: (value) => value >= 500,
      }),
    );
  }
  if (flood.expels) {
    const expelledMs = seen.graylistedAt === undefined ? 1e6 : seen.graylistedAt - done.startedAt;
    rows.push(
      row({
        name: `${name} graylisted`,
        values: [expelledMs],
        unit: "ms",
        goal: "≤ 1,000",
        holds: (value) => value <= goals.expelMs,
      }),
    );
  }
  return rows.map((each) => ({ ...each, tries }));
}

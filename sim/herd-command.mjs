import { percentile, report, row } from "../bench/report.mjs";
import { runAll } from "./crew.mjs";

const mostPeak = 2;
const mostMedianMs = 2_000;
const mostLateMs = 10_000;
const patienceMs = 1_800_000;
const outages = [
  { name: "10 s", awayMs: 10_000, letterEveryMs: 2_000, ttlMs: 60_000 },
  { name: "1 h", awayMs: 3_600_000, letterEveryMs: 60_000, ttlMs: 900_000 },
];
/** A crowd large enough to show waits without jitter. */
const ablationNodes = 200;

/** A relay goes away and comes back: does its crowd come back evenly, and soon, and what became of its letters? */
export async function runHerdCommand({ seeds, nodes, jobs, json }) {
  const [short] = outages;
  const tasks = [
    ...seeds.flatMap((seed) => outages.map((outage) => ({ kind: "herd", seed, nodes, ...outage, patienceMs }))),
    {
      kind: "herd",
      seed: seeds[0],
      nodes: Math.min(nodes, ablationNodes),
      ...short,
      ablation: "no jitter",
      patienceMs,
    },
  ];
  // The hour takes longest.
  tasks.sort((one, other) => other.awayMs - one.awayMs);
  const heard = ({ task, sockets, dials, cpuMs }) =>
    console.error(
      `herd: seed ${task.seed}, ${task.name}${task.ablation ? `, ${task.ablation}` : ""}: sockets ${sockets.perSecond.join(" ")}, dials ${dials.perSecond.join(" ")} a second from the return (${Math.round(cpuMs / 1_000)} s of CPU)`,
    );
  const reports = await runAll({ jobs, tasks, unit: "runs", heard });
  report(rowsOf(reports), { json, title: `Herd of ${nodes}, seeds ${seeds.join(", ")}` });
}

function rowsOf(reports) {
  const of = (name, ablation) => reports.filter(({ task }) => task.name === name && task.ablation === ablation);
  const most = (name, list, unit, goal, mostValue) =>
    row({ name, values: [Math.max(...list)], unit, goal, ...(goal ? { holds: (value) => value <= mostValue } : {}) });
  const nobody = (name, list, unit) => most(name, list, unit, "0", 0);
  return [
    ...outages.flatMap(({ name }) => {
      const list = of(name);
      const sum = (key) => list.reduce((all, { mail }) => all + mail[key], 0);
      return [
        most(
          `${name}: sockets, peak over mean`,
          list.map(({ sockets }) => sockets.peakOverMean),
          "times",
          "≤ 2",
          mostPeak,
        ),
        most(
          `${name}: dials, peak over mean`,
          list.map(({ dials }) => dials.peakOverMean),
          "times",
          "≤ 2",
          mostPeak,
        ),
        row({
          name: `${name}: sockets, most in 1 s`,
          values: list.map(({ sockets }) => sockets.peak),
          unit: "sockets",
        }),
        row({
          name: `${name}: sockets, most in 0.1 s`,
          values: list.map(({ sockets }) => sockets.peakOfTenth),
          unit: "sockets",
        }),
        most(
          `${name}: connected, p50`,
          list.map((each) => percentile(each.connectedMs, 0.5)),
          "ms from the return",
          "≤ 2,000",
          mostMedianMs,
        ),
        most(
          `${name}: connected, p95`,
          list.map((each) => percentile(each.connectedMs, 0.95)),
          "ms from the return",
          "≤ 10,000",
          mostLateMs,
        ),
        most(
          `${name}: all links back, p95`,
          list.map((each) => percentile(each.wholeMs, 0.95)),
          "ms from the return",
        ),
        nobody(
          `${name}: never back`,
          list.map(({ wholeMs }) => wholeMs.filter((ms) => !(ms < Number.POSITIVE_INFINITY)).length),
          "nodes",
        ),
        row({ name: `${name}: letters`, values: [sum("written")], unit: "letters" }),
        row({ name: `${name}: delivered`, values: [sum("delivered")], unit: "letters" }),
        row({ name: `${name}: expired, told so`, values: [sum("expired")], unit: "letters" }),
        row({ name: `${name}: refused, outbox full`, values: [sum("refused")], unit: "letters" }),
        nobody(`${name}: lost`, [sum("lost")], "letters"),
        nobody(`${name}: doubled`, [sum("doubled")], "letters"),
        row({
          name: `${name}: most waiting`,
          values: [Math.max(...list.map(({ mail }) => mail.mostWaiting))],
          unit: "letters of one node",
          goal: `≤ ${list[0]?.outboxCap}`,
          holds: (value) => value <= (list[0]?.outboxCap ?? 0),
        }),
      ];
    }),
    ...of("10 s", "no jitter").map(({ sockets }) =>
      row({
        name: "ablation: no jitter",
        values: [sockets.peakOverMean],
        unit: "times, sockets",
        goal: "> 2",
        holds: (value) => value > mostPeak,
      }),
    ),
  ];
}

/** The figures of a play, from the nodes' own logs and from what was counted at the sockets. */
import { row } from "../../bench/report.mjs";
import { gapsOf } from "./figures.ts";
import { roadNames } from "./roads.mjs";

const none = { goal: "0", holds: (value) => value === 0 };
const some = { goal: "> 0", holds: (value) => value > 0 };
const one = { goal: "1", holds: (value) => value === 1 };

/** Longest silence of each pair and direction around the death of a scene. */
export function gapsAround({ killedAt, to }, logs, everyMs) {
  return gapsOf(logs, killedAt - 2 * everyMs, to);
}

/** What a road did while the living carried. */
export function difference({ before, after }, road) {
  return { letters: after.carried[road] - before.carried[road], bytes: after.bytes[road] - before.bytes[road] };
}

export function letterRows(counts, failures) {
  return [
    row({ name: "sent", values: [counts.sent], unit: "letters", ...some }),
    row({ name: "lost", values: [counts.lost], unit: "letters", ...none }),
    row({ name: "doubled", values: [counts.duplicated + counts.foreign], unit: "letters", ...none }),
    row({ name: "failed", values: [failures.length], unit: "letters", ...none }),
  ];
}

export function roadRows(scenes) {
  return roadNames.flatMap((road) => {
    const carrying = scenes.map((scene) => difference(scene, road)).filter(({ letters }) => letters > 0);
    const sum = (key) => carrying.reduce((total, each) => total + each[key], 0);
    const death = scenes.findIndex(({ kill }) => kill.includes(road));
    const back = scenes.slice(death + 1).reduce((total, scene) => total + difference(scene, road).letters, 0);
    return [
      row({ name: `${road}: carried`, values: [sum("letters")], unit: "letters", ...some }),
      row({ name: `${road}: at its sockets`, values: [sum("bytes")], unit: "B", ...some }),
      row({ name: `${road}: carried after its death`, values: [death < 0 ? 0 : back], unit: "letters", ...some }),
    ];
  });
}

export function gapRows(scenes, logs, everyMs) {
  const p95 = (values) => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY;
  const deaths = scenes.filter(({ kill }) => kill.length > 0);
  const gaps = (isIt) => deaths.filter(isIt).flatMap((scene) => gapsAround(scene, logs, everyMs));
  const goal = (most) => ({ unit: "ms", goal: `≤ ${most} ms`, holds: (value) => value <= most });
  const besideStandby = gaps(({ isTold, hadStandby }) => !isTold && hadStandby);
  const alive = scenes.filter(({ kill }) => kill.length === 0);
  return [
    // What letters, blocks and a page on one machine take from each other: no road died then.
    row({
      name: "gap-p95-no-death",
      values: [p95(alive.flatMap((scene) => gapsAround(scene, logs, everyMs)))],
      unit: "ms",
    }),
    row({ name: "gap-p95-silent", values: [p95(gaps(({ isTold }) => !isTold))], ...goal(2_000) }),
    ...(besideStandby.length === 0
      ? []
      : [row({ name: "gap-p95-silent-standby", values: [p95(besideStandby)], unit: "ms" })]),
    row({
      name: "gap-p95-standby",
      values: [p95(gaps(({ isTold, hadStandby }) => isTold && hadStandby))],
      ...goal(300),
    }),
  ];
}

/** @param {import("./chain-scenes.mjs").ChainScenes} chain @param {readonly any[]} statuses the nodes' last words */
export function chainRows({ spreads, cuts, height }, statuses, page) {
  const distinct = (values) => new Set(values).size;
  const tips = [...statuses.map(({ chain }) => chain.tip), ...(page === undefined ? [] : [page.tip])];
  const isLost = (ms) => ms === Number.POSITIVE_INFINITY;
  const came = spreads.filter((ms) => !isLost(ms));
  const midSync = cuts.filter(({ had, lacked }) => had > 0 && lacked > 0).length;
  return [
    row({ name: "chain: height", values: [height], unit: "blocks", ...some }),
    row({ name: "chain: blocks not at all others", values: [spreads.filter(isLost).length], unit: "blocks", ...none }),
    ...(came.length === 0 ? [] : [row({ name: "chain: a block is at all others", values: came, unit: "ms" })]),
    row({ name: "chain: roads killed mid-sync", values: [midSync], unit: "deaths", ...some }),
    row({ name: "chain: tips at the end", values: [distinct(tips)], unit: "tips", ...one }),
    row({
      name: "chain: state roots at the end",
      values: [distinct(statuses.map(({ chain }) => chain.stateRoot))],
      unit: "roots",
      ...one,
    }),
  ];
}

export function pageRows({ written, read, complaints }) {
  return [
    row({ name: "page: lines read by others", values: [read], unit: "lines", ...some }),
    row({ name: "page: lines not read", values: [written - read], unit: "lines", ...none }),
    row({ name: "page: complaints", values: [complaints], unit: "errors", ...none }),
  ];
}

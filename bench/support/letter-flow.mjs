/** Letters that flow without pause, and how long none was confirmed when what carried them died. */
import { setTimeout as pause } from "node:timers/promises";
import { percentile, row } from "../report.mjs";

/** A letter in so many milliseconds. */
const everyMs = 10;

/**
 * Letters until `run.isOver` and each has its end. The first one that was sent after `run.cutAt` and is confirmed is told to
 * `run.heard`; `run.carrier` is the transport by which they were confirmed before.
 */
export async function letters(lane, to, run) {
  const open = [];
  for (let n = 0; !run.isOver; n++) {
    const sentAt = performance.now();
    open.push(
      lane.send(to, n, { ttlMs: 20_000 }).then(
        ({ transport }) => {
          if (run.cutAt === undefined) run.carrier = transport;
          else if (sentAt >= run.cutAt) run.heard(performance.now());
        },
        () => run.lost++,
      ),
    );
    await pause(everyMs);
  }
  await Promise.all(open);
}

export async function until(holds) {
  while (!holds()) await pause(20);
}

/** The p95 and the median of the gaps, in milliseconds, and the letters lost. @param mostMs absent: for information */
export function gapRows({ name, gaps, lost, mostMs }) {
  const goal = mostMs === undefined ? {} : { goal: `≤ ${mostMs} ms`, holds: (value) => value <= mostMs };
  return [
    row({ name, values: [percentile(gaps, 0.95)], unit: "ms, p95 of the gap", ...goal }),
    row({ name: `${name}-median`, values: gaps, unit: "ms" }),
    row({ name: `${name}-lost`, values: [lost], unit: "letters", goal: "0", holds: (value) => value === 0 }),
  ];
}

import os from "node:os";

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The value that a share of all do not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

/** Largest distance from the median, as a share of it. */
export function spread(values) {
  const middle = median(values);
  return middle === 0 ? 0 : Math.max(...values.map((value) => Math.abs(value - middle))) / middle;
}

/**
 * One row of a figure: the median of `values` beside the median of `baseline`, measured in the same run.
 * @param o.holds judges (value, ratio); absent: the row is for information
 */
export function row({ name, values, unit, baseline, goal = null, holds }) {
  const value = median(values);
  const base = baseline === undefined ? null : median(baseline);
  const ratio = base === null || base === 0 ? null : value / base;
  return {
    name,
    value: round(value),
    unit,
    baseline: base === null ? null : round(base),
    ratio: ratio === null ? null : round(ratio),
    spread: round(spread(values)),
    goal,
    holds: holds === undefined ? true : holds(value, ratio),
  };
}

/**
 * Prints one object, or lines for a person, and sets the exit code where a goal does not hold.
 * @param o.about what the figures are of, where CPU and Node are not all: engines, stores
 */
export function report(rows, { json, title, about }) {
  const holds = rows.every((each) => each.holds);
  if (json) console.log(JSON.stringify({ rows, holds, ...(about === undefined ? {} : { about }) }));
  else {
    console.log(`${title} · ${os.cpus()[0]?.model ?? "unknown CPU"} · Node ${process.version}`);
    for (const [name, what] of Object.entries(about ?? {})) console.log(`${name}: ${what}`);
    for (const each of rows) {
      const against = each.baseline === null ? "" : `  baseline ${each.baseline}  ratio ${each.ratio}`;
      const goal = each.goal === null ? "" : `  goal ${each.goal}: ${each.holds ? "holds" : "DOES NOT HOLD"}`;
      console.log(
        `${each.name.padEnd(18)} ${String(each.value).padStart(10)} ${each.unit}${against}  ±${Math.round(each.spread * 100)} %${goal}`,
      );
    }
  }
  if (!holds) process.exitCode = 1;
}

function round(value) {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

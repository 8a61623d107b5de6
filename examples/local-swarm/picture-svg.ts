/** Draws a run of the demonstration: letters delivered in each quarter of a second, with the outage marked. Pure. */
export interface Trace {
  /** Wall milliseconds, all of them. */
  readonly talkAt: number;
  readonly killedAt: number;
  readonly backAt: number;
  readonly endedAt: number;
  readonly deliveries: readonly number[];
  readonly breakers: readonly number[];
  readonly figures: {
    readonly sent: number;
    readonly delivered: number;
    readonly lost: number;
    readonly duplicated: number;
    readonly breakersOpened: number;
    readonly recoveredMs: number;
  };
}

const binMs = 250;
const width = 880;
const height = 320;
const plot = { left: 56, right: 24, top: 76, bottom: 52 };
const ink = "#1f2933";
const soft = "#7b8794";
const bar = "#2f6f9f";
const alarm = "#c2410c";

export function drawTrace(trace: Trace): string {
  const { talkAt, killedAt, backAt, endedAt, deliveries, breakers, figures } = trace;
  const bins = countBins(deliveries, talkAt, endedAt);
  const most = Math.max(1, ...bins);
  const spanMs = bins.length * binMs;
  const x = (at: number) => round(plot.left + ((at - talkAt) / spanMs) * (width - plot.left - plot.right));
  const floor = height - plot.bottom;
  const y = (count: number) => round(floor - (count / most) * (floor - plot.top));
  const binWidth = round(x(talkAt + binMs) - x(talkAt));
  const bars = bins.map((count, at) => {
    const left = x(talkAt + at * binMs);
    return count === 0
      ? ""
      : `<rect x="${left}" y="${y(count)}" width="${round(binWidth - 1)}" height="${round(floor - y(count))}"/>`;
  });
  const seconds = Array.from({ length: Math.floor(spanMs / 1_000) + 1 }, (_, second) => second);
  const { sent, delivered, lost, duplicated, breakersOpened, recoveredMs } = figures;
  const title = `${sent} letters between three processes; their relay is killed, and back after ${((backAt - killedAt) / 1_000).toFixed(1)} s`;
  const outcome = `${delivered} delivered, ${lost} lost, ${duplicated} doubled; breakers opened ${breakersOpened} times; all that waited was there ${recoveredMs} ms after the relay`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${title}. ${outcome}.">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${plot.left}" y="28" font-size="16" font-weight="600" fill="${ink}">${title}</text>`,
    `<text x="${plot.left}" y="50" fill="${soft}">${outcome}</text>`,
    `<rect x="${x(killedAt)}" y="${plot.top}" width="${round(x(backAt) - x(killedAt))}" height="${floor - plot.top}" fill="${alarm}" fill-opacity="0.12"/>`,
    `<text x="${round((x(killedAt) + x(backAt)) / 2)}" y="${plot.top + 18}" text-anchor="middle" fill="${alarm}">no relay: letters wait</text>`,
    `<g stroke="${alarm}" stroke-width="2">${breakers.map((at) => `<path d="M${x(at)} ${floor - 12}v12"/>`).join("")}</g>`,
    breakers[0] === undefined
      ? ""
      : `<text x="${x(breakers[0])}" y="${floor - 18}" fill="${alarm}" font-size="11">breakers open</text>`,
    `<g fill="${bar}">${bars.join("")}</g>`,
    `<path d="M${plot.left} ${floor}H${width - plot.right}" stroke="${soft}"/>`,
    `<g fill="${soft}" text-anchor="middle">${seconds.map((second) => `<text x="${x(talkAt + second * 1_000)}" y="${floor + 18}">${second}</text>`).join("")}</g>`,
    `<text x="${width - plot.right}" y="${floor + 38}" text-anchor="end" fill="${soft}">seconds</text>`,
    `<g fill="${soft}" text-anchor="end"><text x="${plot.left - 8}" y="${y(most) + 5}">${most}</text><text x="${plot.left - 8}" y="${floor + 4}">0</text></g>`,
    `<text x="${plot.left}" y="${floor + 38}" fill="${soft}">letters delivered in each ${binMs} ms</text>`,
    "</svg>",
    "",
  ]
    .filter((line, at, all) => line !== "" || at === all.length - 1)
    .join("\n");
}

export function countBins(times: readonly number[], from: number, to: number): readonly number[] {
  const bins = new Array<number>(Math.max(1, Math.ceil((to - from) / binMs))).fill(0);
  for (const at of times) {
    const bin = Math.min(bins.length - 1, Math.max(0, Math.floor((at - from) / binMs)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

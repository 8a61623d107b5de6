import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { findChromium, launchChromium } from "../tests/browser/support/chromium.ts";
import { openSite } from "../tests/browser/support/site.ts";
import { percentile, row } from "./report.mjs";
import { openSender } from "./support/webrtc-sender.mjs";

const rounds = 5;
/** First connections of which the slowest twentieth is left out. */
const connects = 20;
/** Links that are opened and kept for one figure of memory. */
const held = 10;
const sizes = {
  node: { small: 60_000, rawSmall: 40_000, large: 400, trips: 300 },
  chromium: { small: 30_000, rawSmall: 10_000, large: 150, trips: 200 },
};

const places = ["node", "chromium"];
const kinds = ["small", "large", "roundtrip", "connect", "memory"];
/** What may be measured alone: places, and kinds of rows. */
export const webrtcParts = [...places, ...kinds];

/**
 * Kernels over the driver's data channels, beside raw data channels of the same engine to the same process: Node to Node, and a page to Node.
 * @param o.only places, kinds of rows, or both; all unless given
 */
export async function webrtcRows({ progress, only = [] }) {
  const strange = only.find((part) => !webrtcParts.includes(part));
  if (strange !== undefined) throw new RangeError(`--only ${strange} is none of ${webrtcParts.join(", ")}`);
  const chosen = (all) => all.filter((part) => only.includes(part) || !all.some((other) => only.includes(other)));
  const wanted = chosen(kinds);
  return await measureIn(chosen(places), { progress, wanted });
}

/** The same over the data channel of the integrated transport, as it is once a session has moved to it. */
export async function integratedChannelRows({ progress, relay }) {
  const rows = await measureIn(places, { progress, relay, wanted: ["small", "large", "roundtrip"] });
  return rows.map((each) => ({ ...each, name: `data-channel-${each.name}` }));
}

async function measureIn(chosen, o) {
  const rows = [];
  for (const place of chosen) rows.push(...(await (place === "node" ? measure(place, fromNode, o) : inChromium(o))));
  return rows;
}

async function inChromium(o) {
  const executable = findChromium();
  if (executable !== undefined) return await measure("chromium", (peer) => fromPage(executable, peer), o);
  const goal = "measured in Chromium, which this machine has not";
  return [row({ name: "chromium", values: [0], unit: "", goal, holds: () => false })];
}

async function measure(place, openEnd, { progress, wanted, relay }) {
  const script = fileURLToPath(new URL("support/webrtc-peer.mjs", import.meta.url));
  const child = fork(script, relay === undefined ? [] : [relay]);
  const [other] = await once(child, "message");
  const sender = await openEnd({ child, other });
  const values = { small: [], rawSmall: [], alike: [], perFrame: [], large: [], rawLarge: [], trip: [], rawTrip: [] };
  const waits = { kernel: [], raw: [] };
  try {
    const memory = wanted.includes("memory") ? await memoryRows(place, sender, progress) : [];
    for (let round = 0; round <= rounds; round++) {
      progress(`webrtc, ${place}: round ${round} of ${rounds}`);
      const now = await sender.round(sizes[place], wanted);
      const times = wanted.includes("connect") ? await sender.connects(connects) : {};
      // The first round warms both sides.
      if (round === 0) continue;
      for (const [name, value] of Object.entries(now)) values[name].push(value);
      for (const [name, list] of Object.entries(times)) waits[name].push(percentile(list, 0.95));
    }
    return [...rowsOf(place, values, waits), ...memory];
  } finally {
    await sender.close();
    const gone = once(child, "exit");
    child.disconnect();
    await gone;
  }
}

function rowsOf(place, values, waits) {
  const least = place === "node" ? 1.2 : 2;
  const of = (name, o) => (o.values.length === 0 ? [] : [row({ name: `${name}-${place}`, ...o })]);
  return [
    of("large", {
      values: values.large,
      unit: "MB/s",
      baseline: values.rawLarge,
      goal: "≥ 0.9 × raw, 64 KiB",
      holds: (_, ratio) => ratio >= 0.9,
    }),
    of("small", {
      values: values.small,
      unit: "letters/s",
      baseline: values.rawSmall,
      goal: `≥ ${least} × raw messages of 100 B`,
      holds: (_, ratio) => ratio >= least,
    }),
    of("small-alike", {
      values: values.small,
      unit: "letters/s",
      baseline: values.alike,
      goal: "≥ 0.5 × raw messages, as many coalesced to one",
      holds: (_, ratio) => ratio >= 0.5,
    }),
    of("per-frame", { values: values.perFrame, unit: "letters" }),
    of("roundtrip", {
      values: values.trip,
      unit: "ms",
      baseline: values.rawTrip,
      goal: "≤ 1.3 × raw",
      holds: (_, ratio) => ratio <= 1.3,
    }),
    of("connect-p95", {
      values: waits.kernel,
      unit: "ms",
      baseline: waits.raw,
      goal: "≤ 1.5 × raw",
      holds: (_, ratio) => ratio <= 1.5,
    }),
  ].flat();
}

/** What this process grows by for each link, in KiB of resident memory, none of which is let go meanwhile. A page is measured by nobody. */
async function memoryRows(place, sender, progress) {
  if (place !== "node") return [];
  const grown = { raw: [], idle: [], linked: [] };
  const undo = [];
  for (let batch = 0; batch <= rounds; batch++) {
    progress(`webrtc, ${place}: memory, batch ${batch} of ${rounds}`);
    for (const [kind, list] of Object.entries(grown)) {
      const before = process.memoryUsage.rss();
      undo.push(await sender.hold(kind, held));
      // The first batch warms the code.
      if (batch > 0) list.push((process.memoryUsage.rss() - before) / held / 1024);
    }
  }
  for (const step of undo) await step();
  return [
    row({ name: "memory-raw", values: grown.raw, unit: "KiB a link" }),
    row({ name: "memory-kernel", values: grown.linked, unit: "KiB a node with a link", baseline: grown.idle }),
  ];
}

async function fromNode({ child, other }) {
  return await openSender({
    other,
    post: (envelope) => child.send({ envelope }),
    onSignals: (deliver) => child.on("message", ({ envelope }) => deliver(envelope)),
  });
}

async function fromPage(executable, { child, other }) {
  const site = await openSite(["bench/pages"]);
  const browser = await launchChromium(executable);
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`in the page: ${error.message}`));
  await page.exposeFunction("post", (envelope) => void child.send({ envelope }));
  await page.goto(`${site.url}/bench/pages/webrtc.html`);
  const onMessage = ({ envelope }) => void page.evaluate((each) => window.deliver(each), envelope).catch(() => {});
  child.on("message", onMessage);
  await page.evaluate((each) => window.openSender(each), other);
  return {
    round: (sizes, wanted) => page.evaluate((o) => window.sender.round(o.sizes, o.wanted), { sizes, wanted }),
    connects: (count) => page.evaluate((each) => window.sender.connects(each), count),
    async close() {
      await page.evaluate(() => window.sender.close());
      child.off("message", onMessage);
      await browser.close();
      await site.close();
    },
  };
}

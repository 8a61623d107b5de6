import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, row } from "./report.mjs";
import { claims } from "./seed-table/claims.ts";
import { homesApart, linkDelayMs } from "./seed-table/nat.mjs";
import { absences, troubles } from "./seed-table/scenes.mjs";
import { openSite } from "./seed-table/site.mjs";

const rounds = 5;
const trips = 101;
const columns = ["latency", "reliability", "NAT traversal", "offline support"];

/** The seed's table, a row a cell: what is measured here beside what the seed says. */
export async function seedTableRows({ progress }) {
  const folder = await mkdtemp(join(tmpdir(), "seed-table-"));
  try {
    const latency = [];
    for (const [at, claim] of claims.entries()) {
      progress(`seed-table: latency of ${claim.transport}`);
      latency.push(await latencyOf(claim, join(folder, `latency-${at}`)));
    }
    progress("seed-table: five scenes of trouble and five of being away, all ways at once");
    const held = await Promise.all(claims.map((claim, at) => scenesOf(claim, join(folder, `scenes-${at}`))));
    const homes = await homesApart({ progress });
    return claims.flatMap((claim, at) => [
      latencyRow(claim, "latency", latency[at]),
      starsRow(claim, "reliability", claim.reliability, held[at].troubles),
      natRow(claim, homes),
      starsRow(claim, "offline support", claim.offlineSupport, held[at].absences),
      ...(homes.missing.length > 0 ? [] : [farRow(claim, homes)]),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Confirmed letters over that way alone, one after the other, on loopback: the median of each round, in milliseconds. */
async function latencyOf(claim, folder) {
  const site = await openSite(claim, folder);
  try {
    const [anna, bert] = [await site.node("latency", "anna"), await site.node("latency", "bert")];
    await Promise.all([anna.swarm.start(), bert.swarm.start()]);
    const medians = [];
    // The first round warms the code.
    for (let round = 0; round <= rounds; round += 1) {
      const elapsedMs = [];
      for (let at = 0; at < trips; at += 1)
        elapsedMs.push((await anna.lane.send(bert.swarm.id, { text: `${at}` }, { ttlMs: 20_000 })).elapsedMs);
      if (round > 0) medians.push(median(elapsedMs));
    }
    return medians;
  } finally {
    await site.close();
  }
}

async function scenesOf(claim, folder) {
  const site = await openSite(claim, folder);
  const held = { troubles: {}, absences: {} };
  try {
    for (const [kind, scenes] of Object.entries({ troubles, absences })) {
      for (const [at, [name, play]] of Object.entries(scenes).entries()) {
        held[kind][name] = await play(site, `${kind}-${at}`).catch((error) => error);
        await site.clear();
        await site.start();
      }
    }
    return held;
  } finally {
    await site.close();
  }
}

function latencyRow({ transport, latencyMs }, column, values) {
  return row({
    name: `${transport}: ${column}`,
    values,
    unit: "ms",
    goal: `≤ ${latencyMs} ms`,
    holds: (value) => value <= latencyMs,
  });
}

/** A star for each scene that held. */
function starsRow({ transport }, column, claimed, scenes) {
  const names = Object.keys(scenes).filter((name) => scenes[name] === true);
  const failed = Object.keys(scenes).filter((name) => scenes[name] !== true);
  const made = row({
    name: `${transport}: ${column}`,
    values: [names.length],
    unit: "⭐",
    goal: `≥ ${claimed} ⭐ of ${names.length + failed.length}`,
    holds: (value) => value >= claimed,
  });
  const why = (name) => (scenes[name] instanceof Error ? `${name}: ${scenes[name].message}` : name);
  return { ...made, held: names, failed: failed.map(why) };
}

function natRow(claim, { missing, ends }) {
  const name = `${claim.transport}: NAT traversal`;
  if (missing.length > 0) {
    const goal = `≥ ${claim.natTraversal} ⭐ of 5, measured in network namespaces; this machine has not: ${missing.join(", ")}`;
    return row({ name, values: [0], unit: "⭐", goal, holds: () => false });
  }
  const scenes = ends.map(({ kind, ways }) => [`${kind}, ${ways[claim.transport].by}`, ways[claim.transport].isJoined]);
  return starsRow(claim, "NAT traversal", claim.natTraversal, Object.fromEntries(scenes));
}

/** The same as on loopback, between homes. */
function farRow(claim, { ends: [first] }) {
  const { latencyMs } = first.ways[claim.transport];
  return latencyRow(claim, `latency between homes, ${4 * linkDelayMs} ms there and back`, [latencyMs ?? Infinity]);
}

/** The table as the seed has it: in each cell what was measured, and the claim. */
export function seedTable(rows) {
  const cell = (transport, column) => {
    const found = rows.find(({ name }) => name === `${transport}: ${column}`);
    return `${found.value} ${found.unit} (${found.goal})${found.holds ? "" : " DOES NOT HOLD"}`;
  };
  const lines = [
    ["transport", ...columns],
    ...claims.map(({ transport }) => [transport, ...columns.map((column) => cell(transport, column))]),
  ];
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const failures = rows.flatMap(({ name, failed = [] }) =>
    failed.length > 0 ? [`${name} failed: ${failed.join("; ")}`] : [],
  );
  return [...lines.map((line) => line.map((text, at) => text.padEnd(widths[at])).join("  ")), "", ...failures].join(
    "\n",
  );
}

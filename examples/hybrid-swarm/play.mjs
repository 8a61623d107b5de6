/** The play: who does what when, and what is said of it. Options as in `run.mjs`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { report, row } from "../../bench/report.mjs";
import { Children } from "../local-swarm/children.mjs";
import { formatTally, openScreen } from "../local-swarm/screen.mjs";
import { tally } from "../local-swarm/tally.ts";
import { acts, roadNames } from "./acts.ts";
import { gapsOf } from "./figures.ts";
import { Nodes } from "./nodes.mjs";
import { Roads } from "./roads.mjs";

const names = ["anna", "bert", "carl"];
const everyMs = 25;
const calmEveryMs = 1_000;
/** How long letters go by a road that has just taken over. */
const talkMs = 1_500;
/** Longer than any road is away here. */
const ttlMs = 60_000;
const mostMs = 30_000;
const lookMs = 100;

const { values: options } = parseArgs({
  options: { once: { type: "boolean" }, json: { type: "boolean" } },
});
const screen = openScreen(options.json ? process.stderr : process.stdout);
const folder = mkdtempSync(join(tmpdir(), "swarm-space-hybrid-"));
const stop = new AbortController();
const children = new Children(fail);
const nodes = new Nodes({
  children,
  onBreaker: ({ name, transport, peer, rendezvous }) =>
    screen.say(`          ${name}: breaker opens, ${transport} ${peer ? `to ${nameOf(peer)}` : `by ${rendezvous}`}`),
});

process.on("exit", () => {
  children.killAll();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

const infra = await children.startInfra(["--port", "0"]);
const roads = await Roads.open(infra, (order) => nodes.order(order));
screen.say(`infra     process ${infra.child.pid}: relay, PeerServer, STUN, tracker, DHT node; ${infra.health.url}`);
const startedAt = Date.now();
const servers = {
  trackers: [infra.tracker.url],
  dhtBootstrap: [infra.dht.bootstrap],
  gunRelays: [],
  peerServers: [roads.peerServer],
  iceServers: [{ urls: infra.stun.url }],
};
await nodes.start(names, folder, { servers, relays: roads.relays }, mostMs);
for (const { name, id, pid } of nodes.all) screen.say(`node      ${name}, process ${pid}, ${id}`);
screen.say(`found     each knows the two others, ${Date.now() - startedAt} ms after the start`);

nodes.talk(everyMs, ttlMs);
const scenes = [];
for (const act of acts) scenes.push(await perform(act));
if (!options.once) await goOn();
await nodes.hush(ttlMs);
const figures = rowsOf();
const unclean = await nodes.end(5_000);
const isClean = await children.end(infra.child, 5_000, () => infra.child.kill("SIGTERM"));
await roads.close();
for (const name of [...unclean, ...(isClean ? [] : ["infra"])]) screen.say(`FAILED    ${name} did not end by itself`);
report(figures, { json: options.json, title: "The seed's whole picture" });
process.exit(process.exitCode || (unclean.length > 0 || !isClean ? 1 : 0));

/** Kills and heals, waits for the road that has to carry then, and lets it. */
async function perform(act) {
  await nodes.askStatus(mostMs);
  const hadStandby = nodes.haveStandby();
  const at = Date.now();
  for (const road of act.heal) await roads.heal(road);
  for (const road of act.kill) await roads.kill(road);
  for (const road of act.heal) screen.say(`BACK      ${road}`);
  for (const road of act.kill) screen.say(`KILLED    ${road}${act.death === "silent" ? ", without a word" : ""}`);
  const until = Date.now() + mostMs;
  const isThere = () => nodes.carrying().length > 0 && nodes.carrying().every((road) => road === act.carries);
  do {
    await sleep(lookMs);
    await nodes.askStatus(mostMs);
    if (stop.signal.aborted && options.once) process.exit(130);
  } while (!isThere() && Date.now() < until);
  const inMs = Date.now() - at;
  if (!isThere()) screen.say(`FAILED    ${act.carries} does not carry: ${tellRoads()}`);
  const before = counters();
  await sleep(talkMs);
  await nodes.askStatus(mostMs);
  const after = counters();
  const scene = {
    ...act,
    at,
    to: Date.now(),
    inMs,
    hadStandby,
    isThere: isThere(),
    letters: after.confirmed - before.confirmed,
    bytes: after.bytes[act.carries] - before.bytes[act.carries],
  };
  const scores = Object.entries(nodes.all[0].status.scores).map(([id, score]) => `${id} ${score.toFixed(2)}`);
  const { openBreakers } = nodes.all[0].status;
  screen.say(
    `${act.carries} carries ${scene.letters} letters, ${scene.bytes} B at its sockets; took over in ${inMs} ms; ${nodes.all[0].name} scores ${scores.join(", ")}; ${openBreakers} breakers open`,
  );
  return scene;
}

function counters() {
  const statuses = nodes.all.map(({ status }) => status);
  return { confirmed: statuses.reduce((sum, { confirmed }) => sum + confirmed, 0), bytes: roads.bytes(statuses) };
}

function tellRoads() {
  return nodes.all
    .flatMap(({ name, status }) =>
      Object.entries(status.roads).map(
        ([id, { carries, standby }]) => `${name} → ${nameOf(id)} by ${carries}, beside ${standby}`,
      ),
    )
    .join("; ");
}

function rowsOf() {
  const logs = nodes.readLogs();
  const counts = tally(logs);
  const gaps = (isIt) =>
    scenes.filter(({ death }) => death).filter(isIt).flatMap(({ at, to }) => gapsOf(logs, at - 2 * everyMs, to));
  const p95 = (values) => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
  if (!options.json) {
    screen.print(`\n${formatTally(counts)}\n`);
    for (const { id, found, why } of nodes.all[0].status.found)
      screen.say(`${nodes.all[0].name}'s source ${id} found ${found}; ${why}`);
  }
  const none = { goal: "0", holds: (value) => value === 0 };
  const some = { goal: "> 0", holds: (value) => value > 0 };
  const rows = [
    row({ name: "sent", values: [counts.sent], unit: "letters", ...some }),
    row({ name: "lost", values: [counts.lost], unit: "letters", ...none }),
    row({ name: "doubled", values: [counts.duplicated + counts.foreign], unit: "letters", ...none }),
    row({ name: "failed", values: [nodes.failures.length], unit: "letters", ...none }),
  ];
  for (const road of roadNames) {
    const own = scenes.filter(({ carries, isThere }) => carries === road && isThere);
    const sum = (key) => own.reduce((total, scene) => total + scene[key], 0);
    const firstKill = scenes.findIndex(({ kill }) => kill.includes(road));
    const back = scenes.slice(firstKill + 1).filter(({ carries, isThere }) => carries === road && isThere);
    rows.push(
      row({ name: `${road}: carried`, values: [sum("letters")], unit: "letters", ...some }),
      row({ name: `${road}: at its sockets`, values: [sum("bytes")], unit: "B", ...some }),
      row({ name: `${road}: back after its death`, values: [firstKill < 0 ? 0 : back.length], unit: "times", ...some }),
    );
  }
  const goal = (most) => ({ unit: "ms", goal: `≤ ${most} ms`, holds: (value) => value <= most });
  rows.push(
    row({ name: "gap-p95-silent", values: [p95(gaps(({ death }) => death === "silent"))], ...goal(2_000) }),
    row({
      name: "gap-p95-standby",
      values: [p95(gaps(({ death, hadStandby }) => death === "told" && hadStandby))],
      ...goal(300),
    }),
  );
  return rows;
}

/** A letter a second from each to each, until Ctrl-C. */
async function goOn() {
  if (stop.signal.aborted) return;
  screen.say("going on  a letter a second from each to each; Ctrl-C ends it");
  nodes.talk(calmEveryMs, ttlMs);
  while (!stop.signal.aborted) {
    await sleep(5_000, undefined, { signal: stop.signal }).catch(() => undefined);
    await nodes.askStatus(mostMs);
    screen.say(`talk      ${tellRoads()}`);
  }
}

function nameOf(id) {
  return nodes.all.find((node) => node.id === id)?.name ?? id;
}

/** The first asks to end; in the middle of the play, and the second time, there is nothing to wait for. */
function onSignal() {
  if (stop.signal.aborted || options.once) process.exit(130);
  stop.abort();
}

function fail(error) {
  screen.say(`FAILED    ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}

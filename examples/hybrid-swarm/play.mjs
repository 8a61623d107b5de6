/** The play: who does what when, and what is said of it. Options as in `run.mjs`. */
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { report, row } from "../../bench/report.mjs";
import { formatTally } from "../local-swarm/screen.mjs";
import { openStage } from "../local-swarm/stage.mjs";
import { tally } from "../local-swarm/tally.ts";
import { carrying, gapsOf, haveStandby } from "./figures.ts";
import { Roads, roadNames } from "./roads.mjs";

const names = ["anna", "bert", "carl"];
const everyMs = 25;
/** How long letters go by a road that has just taken over. */
const talkMs = 1_200;
/** Longer than any road is away here. */
const ttlMs = 60_000;
const mostMs = 20_000;
const lookMs = 100;

const { values: options } = parseArgs({
  options: { once: { type: "boolean" }, json: { type: "boolean" } },
});
const stage = openStage({
  ...options,
  folderName: "swarm-space-hybrid-",
  nodeScript: new URL("node.mjs", import.meta.url),
});
const { screen, children, nodes } = stage;

const infra = await children.startInfra(["--port", "0"]);
const roads = await Roads.open(infra, (order) => nodes.order(order));
screen.say(`infra     process ${infra.child.pid}: relay, PeerServer, STUN, tracker, DHT node; ${infra.health.url}`);
const servers = {
  trackers: [infra.tracker.url],
  dhtBootstrap: [infra.dht.bootstrap],
  gunRelays: [],
  peerServers: [roads.peerServer],
  iceServers: [{ urls: infra.stun.url }],
};
await stage.enter(names, (name) => ({ data: join(stage.folder, name), servers, relays: roads.relays }), mostMs);

nodes.talk(everyMs, ttlMs);
const scenes = [];
const dead = new Set();
await play();
const tell = () => screen.say(`talk      ${tellRoads()}`);
if (!options.once && !stage.stop.aborted) await stage.goOn({ ttlMs, lookMs: 5_000, withinMs: mostMs, tell });
await nodes.hush(ttlMs);
const figures = rowsOf();
const unclean = await nodes.end(5_000);
const isClean = await children.endInfra(infra, 5_000);
await roads.close();
const stuck = [...unclean, ...(isClean ? [] : ["infra"])];
for (const name of stuck) screen.say(`FAILED    ${name} did not end by itself`);
figures.push(
  row({ name: "did not end", values: [stuck.length], unit: "processes", goal: "0", holds: (value) => value === 0 }),
);
report(figures, { json: options.json, title: "The seed's whole picture" });
process.exit();

/** Twice, the road that most letters go by dies until one is left; then all others die for the one that was dead at first. */
async function play() {
  await hold(() => carrying(nodes.all).every((road) => road === "integrated/direct"));
  await perform({ kill: [], heal: [] });
  while (dead.size < roadNames.length - 1) await perform({ kill: [busiest()], heal: [] });
  const last = busiest();
  await perform({ kill: [last], heal: [...dead] });
  while (dead.size < roadNames.length - 1) await perform({ kill: [busiest()], heal: [], isSilent: true });
  await perform({ kill: roadNames.filter((road) => !dead.has(road)), heal: [last] });
  await perform({ kill: [], heal: [...dead] });
}

/** The road that carries for most pairs. */
function busiest() {
  const counts = roadNames.map((road) => carrying(nodes.all).filter((each) => each === road).length);
  return roadNames[counts.indexOf(Math.max(...counts))];
}

/** Heals and kills, waits until every pair has a road that lives, and lets it carry. */
async function perform({ kill, heal, isSilent = false }) {
  await nodes.askStatus(mostMs);
  const hadStandby = haveStandby(nodes.all, dead.union(new Set(kill)));
  const start = counters();
  const at = Date.now();
  // First what comes back: some road is there at any time.
  for (const road of heal) await roads.heal(road);
  for (const road of heal) dead.delete(road);
  if (heal.length > 0) await hold(() => haveStandby(nodes.all, new Set([...dead, ...kill])));
  const killedAt = Date.now();
  for (const road of kill) await roads.kill(road, isSilent);
  for (const road of kill) dead.add(road);
  if (heal.length > 0) screen.say(`BACK      ${heal.join(", ")}`);
  if (kill.length > 0)
    screen.say(
      `KILLED    ${kill.join(", ")}${kill.every((road) => road.endsWith("/direct")) ? "" : isSilent ? ", without a word" : ", its link cut"}`,
    );
  const isThere = await carriedByLiving();
  if (!isThere) screen.say(`FAILED    not every pair has a road: ${tellRoads()}`);
  const inMs = Date.now() - killedAt;
  const before = counters();
  await sleep(talkMs);
  await nodes.askStatus(mostMs);
  const scene = { kill, heal, hadStandby, at, killedAt, to: Date.now(), start, before, after: counters() };
  // The end of a data channel is told. That of a relay's link is not: it has a while to come back, and until then it is silence.
  scene.isTold = kill.length > 0 && kill.every((road) => road.endsWith("/direct"));
  const { scores, openBreakers } = nodes.all[0].status;
  const words = Object.entries(scores).map(([id, score]) => `${id} ${score.toFixed(2)}`);
  const used = roadNames.filter((road) => difference(scene, road).letters > 0);
  const told = used.map(
    (road) => `${road} ${difference(scene, road).letters} letters, ${difference(scene, road).bytes} B`,
  );
  screen.say(`carried   ${told.join("; ")} (after ${inMs} ms)`);
  screen.say(`          ${nodes.all[0].name}: scores ${words.join(", ")}; ${openBreakers} breakers open`);
  scenes.push(scene);
}

/** Whether, after a while at most, no pair's letters go by a dead road. */
function carriedByLiving() {
  return hold(() => carrying(nodes.all).every((road) => !dead.has(road)));
}

/** Resolves to true once every pair has a road and the condition holds, to false after a while. */
async function hold(condition) {
  const until = Date.now() + mostMs;
  const pairs = names.length * (names.length - 1);
  while (Date.now() < until) {
    await sleep(lookMs);
    await nodes.askStatus(mostMs);
    stage.endIfAsked();
    if (carrying(nodes.all).length >= pairs && condition()) return true;
  }
  return false;
}

/** What a road did while the living carried. */
function difference({ before, after }, road) {
  return { letters: after.carried[road] - before.carried[road], bytes: after.bytes[road] - before.bytes[road] };
}

function counters() {
  const statuses = nodes.all.map(({ status }) => status);
  const sum = (road) => statuses.reduce((total, { carried }) => total + (carried[road] ?? 0), 0);
  return { carried: Object.fromEntries(roadNames.map((road) => [road, sum(road)])), bytes: roads.bytes(statuses) };
}

function tellRoads() {
  return nodes.all
    .flatMap(({ name, status }) =>
      Object.entries(status.roads).map(
        ([id, { carries, standby }]) => `${name} → ${nodes.nameOf(id)} by ${carries}, beside ${standby}`,
      ),
    )
    .join("; ");
}

function rowsOf() {
  const logs = nodes.readLogs();
  const counts = tally(logs);
  const gaps = (isIt) =>
    scenes
      .filter(({ kill }) => kill.length > 0)
      .filter(isIt)
      .flatMap(({ killedAt, to }) => gapsOf(logs, killedAt - 2 * everyMs, to));
  const p95 = (values) => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY;
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
    const carrying = scenes.map((scene) => difference(scene, road)).filter(({ letters }) => letters > 0);
    const sum = (key) => carrying.reduce((total, each) => total + each[key], 0);
    const death = scenes.findIndex(({ kill }) => kill.includes(road));
    const back = scenes.slice(death + 1).reduce((total, scene) => total + difference(scene, road).letters, 0);
    rows.push(
      row({ name: `${road}: carried`, values: [sum("letters")], unit: "letters", ...some }),
      row({ name: `${road}: at its sockets`, values: [sum("bytes")], unit: "B", ...some }),
      row({ name: `${road}: carried after its death`, values: [death < 0 ? 0 : back], unit: "letters", ...some }),
    );
  }
  const goal = (most) => ({ unit: "ms", goal: `≤ ${most} ms`, holds: (value) => value <= most });
  rows.push(
    row({ name: "gap-p95-silent", values: [p95(gaps(({ isTold }) => !isTold))], ...goal(2_000) }),
    row({
      name: "gap-p95-standby",
      values: [p95(gaps(({ isTold, hadStandby }) => isTold && hadStandby))],
      ...goal(300),
    }),
  );
  return rows;
}

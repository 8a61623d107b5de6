/** The play: who does what when, and what is said of it. Options as in `run.mjs`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { coinsText } from "@swarm-space/chain-sync";
import { report, row } from "../../bench/report.mjs";
import { formatTally } from "../local-swarm/screen.mjs";
import { openStage } from "../local-swarm/stage.mjs";
import { tally } from "../local-swarm/tally.ts";
import { ChainScenes } from "./chain-scenes.mjs";
import { carrying, haveStandby } from "./figures.ts";
import { chainRows, difference, gapRows, gapsAround, letterRows, pageRows, roadRows } from "./play-rows.mjs";
import { Roads, roadNames } from "./roads.mjs";
import { sceneTable } from "./scene-table.ts";
import { terminalPicture } from "./terminal-svg.ts";

const network = "hybrid-swarm";
const names = ["anna", "bert", "carl"];
const pageName = "Dora";
/** How long letters go by a road that has just taken over. */
const talkMs = 1_200;
/** Longer than any road is away here. */
const ttlMs = 60_000;
const mostMs = 20_000;
const lookMs = 100;
/** Made by one that takes no part meanwhile, and fetched by the others while a road dies. */
const manyBlocks = 120;

const { values: options } = parseArgs({
  options: {
    once: { type: "boolean" },
    json: { type: "boolean" },
    "no-page": { type: "boolean" },
    every: { type: "string", default: "25" },
    pictures: { type: "string" },
  },
});
const everyMs = Number(options.every);
const stage = openStage({
  ...options,
  onReport: (told) => chain.hear(told),
  folderName: "swarm-space-hybrid-",
  nodeScript: new URL("node.mjs", import.meta.url),
});
const { screen, children, nodes } = stage;
const chain = new ChainScenes(nodes);

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
const settings = { network, servers, relays: roads.relays };
await stage.enter(names, (name) => ({ ...settings, data: join(stage.folder, name) }), mostMs);
const page = await openPage();

nodes.talk(everyMs, ttlMs);
const scenes = [];
const dead = new Set();
await play();
const tell = () => screen.say(`talk      ${tellRoads()}`);
if (!options.once && !stage.stop.aborted) {
  if (page !== undefined) screen.say(`page      open it in two tabs: ${page.address}`);
  await stage.goOn({ ttlMs, lookMs: 5_000, withinMs: mostMs, tell });
}
await nodes.hush(ttlMs);
const figures = rowsOf(await lastLook());
await page?.close();
const unclean = await nodes.end(5_000);
const infraFault = await children.endInfra(infra, 5_000);
await roads.close();
const stuck = [...unclean, ...(infraFault === undefined ? [] : [`infra ${infraFault}`])];
for (const line of stuck) screen.say(`FAILED    ${line}`);
figures.push(
  row({ name: "did not end", values: [stuck.length], unit: "processes", goal: "0", holds: (value) => value === 0 }),
);
report(figures, { json: options.json, title: "The seed's whole picture" });
process.exit();

/** The page, with people in it: where a Chromium is here it takes part, else a person may open it. */
async function openPage() {
  if (options["no-page"]) return undefined;
  const { ChatPage } = await import("./chat-page.mjs");
  const { tracker, stun } = infra;
  const words = { network, tracker: tracker.url, relay: roads.relays.gun, peers: roads.peerServer, stun: stun.url };
  const opened = await ChatPage.open(words);
  screen.say(`page      ${opened.address}`);
  if (!opened.isShown) {
    screen.say("page      no Chromium here that could show it; CHROMIUM names one");
    return opened;
  }
  await opened.enter(pageName, names);
  screen.say(`page      ${pageName} knows ${names.join(", ")}`);
  return opened;
}

/** What the page and the nodes hold in the end: one chain. */
async function lastLook() {
  await chain.allTogether(mostMs);
  await nodes.askStatus(mostMs);
  if (!page?.isShown) return undefined;
  await page.untilTip(nodes.all[0].status.chain.tip);
  const seen = await page.look(names);
  for (const complaint of page.complaints) screen.say(`FAILED    the page threw: ${complaint}`);
  if (options.pictures !== undefined) await page.picture(options.pictures, "browser-chat");
  return seen;
}

/** Twice, the road that most letters go by dies until one is left; then all others die for the one that was dead at first. */
async function play() {
  await hold(() => carrying(nodes.all).every((road) => road === "integrated/direct"));
  await chain.endow("anna", "ANNA", mostMs);
  await perform({ kill: [], heal: [] });
  await perform({ kill: [busiest()], heal: [], ahead: "carl" });
  while (dead.size < roadNames.length - 1) await perform({ kill: [busiest()], heal: [] });
  const last = busiest();
  await perform({ kill: [last], heal: [...dead] });
  await perform({ kill: [busiest()], heal: [], isSilent: true, ahead: "bert" });
  while (dead.size < roadNames.length - 1) await perform({ kill: [busiest()], heal: [], isSilent: true });
  await perform({ kill: roadNames.filter((road) => !dead.has(road)), heal: [last], isSilent: true });
  await perform({ kill: [], heal: [...dead] });
}

/** The road that carries for most pairs. */
function busiest() {
  const counts = roadNames.map((road) => carrying(nodes.all).filter((each) => each === road).length);
  return roadNames[counts.indexOf(Math.max(...counts))];
}

/** Heals and kills, waits until every pair has a road that lives, and lets it carry. */
async function perform({ kill, heal, isSilent = false, ahead }) {
  if (ahead !== undefined) await chain.runAhead(ahead, manyBlocks, mostMs);
  await nodes.askStatus(mostMs);
  const hadStandby = haveStandby(nodes.all, dead.union(new Set(kill)));
  const start = counters();
  const at = Date.now();
  // First what comes back: some road is there at any time.
  for (const road of heal) await roads.heal(road);
  for (const road of heal) dead.delete(road);
  if (heal.length > 0) await hold(() => haveStandby(nodes.all, new Set([...dead, ...kill])));
  const judge = ahead === undefined ? () => {} : await chain.catchUp(ahead, mostMs);
  const killedAt = Date.now();
  judge();
  for (const road of kill) await roads.kill(road, isSilent);
  for (const road of kill) dead.add(road);
  if (heal.length > 0) screen.say(`BACK      ${heal.join(", ")}`);
  if (kill.length > 0)
    screen.say(
      `KILLED    ${kill.join(", ")}${kill.every((road) => road.endsWith("/direct")) ? "" : isSilent ? ", without a word" : ", its link cut"}`,
    );
  // Who is behind would make a block that loses its place to those it lacks.
  const miner = ahead ?? names[scenes.length % names.length];
  const spread = chain.spread(miner, mostMs);
  if (page?.isShown)
    await page.write(miner, `Line ${scenes.length + 1}, ${dead.size} of ${roadNames.length} roads dead`);
  const isThere = await carriedByLiving();
  if (!isThere) screen.say(`FAILED    not every pair has a road: ${tellRoads()}`);
  const inMs = Date.now() - killedAt;
  const before = counters();
  await sleep(talkMs);
  await spread;
  await nodes.askStatus(mostMs);
  const scene = { kill, heal, isSilent, hadStandby, at, killedAt, to: Date.now(), start, before, after: counters() };
  // A data channel ends in its node, which is told of it.
  scene.isTold = !isSilent || kill.every((road) => road.endsWith("/direct"));
  scene.scores = nodes.all[0].status.scores;
  scene.openBreakers = nodes.all.reduce((sum, { status }) => sum + status.openBreakers, 0);
  const { scores, openBreakers } = scene;
  const words = Object.entries(scores).map(([id, score]) => `${id} ${score.toFixed(2)}`);
  const used = roadNames.filter((road) => difference(scene, road).letters > 0);
  const told = used.map(
    (road) => `${road} ${difference(scene, road).letters} letters, ${difference(scene, road).bytes} B`,
  );
  screen.say(`carried   ${told.join("; ")} (after ${inMs} ms)`);
  screen.say(`          ${nodes.all[0].name}: scores ${words.join(", ")}; ${openBreakers} breakers open at all`);
  screen.say(
    `chain     height ${chain.height}, by ${miner}; at all others after ${Math.round(chain.spreads.at(-1))} ms`,
  );
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

function rowsOf(seen) {
  const logs = nodes.readLogs();
  const counts = tally(logs);
  const statuses = nodes.all.map(({ status }) => status);
  const table = sceneTable(
    roadNames,
    Object.keys(statuses[0].scores),
    scenes.map((scene) => ({
      killed: scene.kill,
      back: scene.heal,
      isSilent: scene.isSilent,
      letters: Object.fromEntries(roadNames.map((road) => [road, difference(scene, road).letters])),
      gapMs: scene.kill.length === 0 ? undefined : Math.max(...gapsAround(scene, logs, everyMs)),
      scores: scene.scores,
      openBreakers: scene.openBreakers,
    })),
  );
  const { chain: own, found } = statuses[0];
  const [words, pool] = [`height ${own.height}, ${own.tokens} tokens`, coinsText(BigInt(own.pool))];
  const said = [
    ...table,
    "",
    ...found.map(({ id, found: count, why }) => `${nodes.all[0].name}'s source ${id} found ${count}: ${why}`),
    "",
    `${counts.sent} letters written, ${counts.lost} lost, ${counts.duplicated} doubled`,
    `chain: ${words}, ${pool} coins in the reward pool, ${own.reorgs} reorganisations`,
    ...(seen === undefined
      ? []
      : [`page: ${seen.read} of ${seen.written} lines read, by ${wordsOfRoads(seen.byRoad)}`]),
  ];
  screen.print(`\n${said.join("\n")}\n\n${formatTally(counts)}\n`);
  if (options.pictures !== undefined)
    writeFileSync(join(options.pictures, "hybrid-swarm.svg"), terminalPicture("npm start", said));
  return [
    ...letterRows(counts, nodes.failures),
    ...roadRows(scenes),
    ...gapRows(scenes, logs, everyMs),
    ...chainRows(chain, statuses, seen),
    ...(seen === undefined ? [] : pageRows({ ...seen, complaints: page.complaints.length })),
  ];
}

function wordsOfRoads(byRoad) {
  return Object.entries(byRoad)
    .map(([road, count]) => `${road} (${count})`)
    .join(", ");
}

/** The play: who does what when, and what is said of it. Options as in `run.mjs`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Children } from "./children.mjs";
import { formatTally, openScreen } from "./screen.mjs";
import { SwarmOfProcesses } from "./swarm-of-processes.mjs";
import { recoveredMs, tally } from "./tally.ts";

const names = ["anna", "bert", "carl"];
const everyMs = 50;
const calmEveryMs = 1_000;
const talkMs = 3_000;
const outageMs = 5_000;
/** Longer than any outage here: what is written while the relay is away has to wait. */
const ttlMs = 40_000;
const mostMs = 20_000;
const fewestLetters = 300;

const { values: options } = parseArgs({
  options: { once: { type: "boolean" }, json: { type: "boolean" }, trace: { type: "string" } },
});
const screen = openScreen(options.json ? process.stderr : process.stdout);
const folder = mkdtempSync(join(tmpdir(), "swarm-space-demo-"));
const stop = new AbortController();
const children = new Children(fail);
const swarm = new SwarmOfProcesses({
  children,
  folder,
  config: fileURLToPath(new URL("swarm.config.json", import.meta.url)),
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

const times = await play();
let report = makeReport(times);
if (!options.json) tellReport(report);
if (!options.once) report = await goOn(times, report);
const unclean = await swarm.end(5_000);
if (options.json) process.stdout.write(`${JSON.stringify(report.figures)}\n`);
const faults = [...faultsOf(report), ...unclean.map((name) => `${name} did not end by itself`)];
for (const fault of faults) screen.say(`FAILED    ${fault}`);
if (options.once && faults.length === 0) screen.say("done      each letter arrived, once");
process.exit(faults.length === 0 ? 0 : 1);

/** The outage, from beginning to end. Returns when what happened. */
async function play() {
  await swarm.startRelay();
  screen.say(`relay     ${swarm.relay.url}, process ${swarm.relay.child.pid}`);
  const startedAt = Date.now();
  await swarm.startNodes(names, mostMs);
  for (const { name, id, pid } of swarm.nodes) screen.say(`node      ${name}, process ${pid}, ${id}`);
  screen.say(`found     each knows the two others, ${Date.now() - startedAt} ms after the start`);
  const talkAt = Date.now();
  swarm.talk(everyMs, ttlMs);
  await watch("talk", talkMs);
  await swarm.killRelay();
  const killedAt = Date.now();
  screen.say("KILLED    the relay is gone (SIGKILL); the nodes write on, and the letters wait");
  const breakersBefore = swarm.breakers.length;
  await watch("outage", outageMs);
  await swarm.until(() => swarm.breakers.length > breakersBefore, mostMs, "a breaker to open");
  await swarm.startRelay();
  const backAt = Date.now();
  screen.say(`BACK      a new relay on the same port, process ${swarm.relay.child.pid}`);
  await watch("talk", talkMs);
  await swarm.hush(ttlMs + 5_000);
  return { talkAt, killedAt, backAt, endedAt: Date.now() };
}

/** Says from time to time how things stand. */
async function watch(what, forMs) {
  const ends = performance.now() + forMs;
  while (performance.now() < ends && !stop.signal.aborted) {
    await sleep(Math.min(screen.isLive ? 200 : 1_000, Math.max(1, ends - performance.now())));
    await swarm.askStatus(mostMs);
    const line = `${what.padEnd(10)}${statusWords()}`;
    if (screen.isLive) screen.live(line);
    else screen.say(line);
  }
  if (stop.signal.aborted && options.once) process.exit(130);
}

function statusWords() {
  const { sent, confirmed, waiting, openBreakers } = swarm.status();
  return `${sent} sent, ${confirmed} confirmed, ${waiting} wait, ${openBreakers} breakers open`;
}

/** Counts what the receivers' logs say; `confirmed`, breakers and transports are the senders' own words. */
function makeReport({ backAt, ...times }) {
  const logs = swarm.readLogs();
  const counts = tally(logs);
  const { confirmed, breakersOpened, transports } = swarm.status();
  const { sent, delivered, lost, duplicated } = counts;
  const figures = {
    nodes: names.length,
    sent,
    confirmed,
    delivered,
    lost,
    duplicated,
    breakersOpened,
    recoveredMs: recoveredMs(logs, backAt),
    transports,
  };
  if (options.trace) {
    const deliveries = logs.flatMap(({ received }) => received.map(({ at }) => at)).sort((a, b) => a - b);
    const breakers = swarm.breakers.map(({ at }) => at);
    writeFileSync(options.trace, JSON.stringify({ figures, ...times, backAt, deliveries, breakers }));
  }
  return { figures, counts };
}

function tellReport({ counts, figures }) {
  screen.print(`\n${formatTally(counts)}\n`);
  screen.say(
    `confirmed ${figures.confirmed}; breakers opened ${figures.breakersOpened} times; by ${figures.transports.join(", ")}`,
  );
  screen.say(`recovered ${figures.recoveredMs} ms after the relay was back, all that had waited was delivered`);
}

function faultsOf({ figures, counts }) {
  const { sent, lost, duplicated, breakersOpened } = figures;
  return [
    lost > 0 && `${lost} letters were lost`,
    duplicated > 0 && `${duplicated} letters came twice`,
    counts.foreign > 0 && `${counts.foreign} letters came that nobody sent`,
    breakersOpened === 0 && "no breaker opened",
    sent < fewestLetters && `only ${sent} letters were sent`,
    ...swarm.failures
      .slice(0, 5)
      .map(({ name, to, number, code }) => `${name} to ${nameOf(to)}, letter ${number}: ${code}`),
  ].filter((fault) => fault !== false);
}

/** A letter a second from each to each, until Ctrl-C. */
async function goOn(times, before) {
  if (stop.signal.aborted) return before;
  screen.say("going on  a letter a second from each to each; Ctrl-C ends it");
  swarm.talk(calmEveryMs, ttlMs);
  while (!stop.signal.aborted) {
    await sleep(screen.isLive ? 1_000 : 5_000, undefined, { signal: stop.signal }).catch(() => undefined);
    await swarm.askStatus(mostMs);
    if (screen.isLive) screen.live(`talk      ${statusWords()}`);
    else screen.say(`talk      ${statusWords()}`);
  }
  screen.say("ending    nobody writes any more; waiting for the last confirmations");
  await swarm.hush(mostMs);
  const report = makeReport(times);
  if (!options.json) tellReport(report);
  return report;
}

function nameOf(id) {
  return swarm.nodes.find((node) => node.id === id)?.name ?? id;
}

/** The first asks to end; in the middle of the play, and the second time, there is nothing to wait for. */
function onSignal() {
  if (stop.signal.aborted || options.once) process.exit(130);
  stop.abort();
}

function fail(error) {
  screen.say(`FAILED    ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

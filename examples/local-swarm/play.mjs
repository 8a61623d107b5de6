/** The play: who does what when, and what is said of it. Options as in `run.mjs`. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RelayProcess } from "./relay-process.mjs";
import { formatTally } from "./screen.mjs";
import { openStage } from "./stage.mjs";
import { recoveredMs, tally } from "./tally.ts";

const names = ["anna", "bert", "carl"];
const everyMs = 50;
const talkMs = 3_000;
const outageMs = 5_000;
/** Longer than any outage here: what is written while the relay is away has to wait. */
const ttlMs = 40_000;
const mostMs = 20_000;
const fewestLetters = 300;

const { values: options } = parseArgs({
  options: { once: { type: "boolean" }, json: { type: "boolean" }, trace: { type: "string" } },
});
const stage = openStage({
  ...options,
  folderName: "swarm-space-demo-",
  nodeScript: new URL("node.mjs", import.meta.url),
});
const { screen, nodes } = stage;
const relay = new RelayProcess(stage.children);

const times = await play();
let report = makeReport(times);
if (!options.json) tellReport(report);
if (!options.once) report = await goOn(times, report);
const unclean = await nodes.end(5_000);
const relayFault = await relay.end(5_000);
if (relayFault !== undefined) unclean.push(`relay ${relayFault}`);
if (options.json) process.stdout.write(`${JSON.stringify(report.figures)}\n`);
const faults = [...faultsOf(report), ...unclean];
for (const fault of faults) screen.say(`FAILED    ${fault}`);
if (options.once && faults.length === 0) screen.say("done      each letter arrived, once");
process.exit(faults.length === 0 ? 0 : 1);

/** The outage, from beginning to end. Returns when what happened. */
async function play() {
  await relay.start();
  screen.say(`relay     ${relay.url}, process ${relay.pid}`);
  const config = fileURLToPath(new URL("swarm.config.json", import.meta.url));
  await stage.enter(names, () => ({ config, relay: relay.url }), mostMs);
  const talkAt = Date.now();
  nodes.talk(everyMs, ttlMs);
  await watch("talk", talkMs);
  await relay.kill();
  const killedAt = Date.now();
  screen.say("KILLED    the relay is gone (SIGKILL); the nodes write on, and the letters wait");
  const breakersBefore = nodes.breakers.length;
  await watch("outage", outageMs);
  await nodes.until(() => nodes.breakers.length > breakersBefore, mostMs, "a breaker to open");
  await relay.start();
  const backAt = Date.now();
  screen.say(`BACK      a new relay on the same port, process ${relay.pid}`);
  await watch("talk", talkMs);
  await nodes.hush(ttlMs + 5_000);
  return { talkAt, killedAt, backAt, endedAt: Date.now() };
}

/** Says from time to time how things stand. */
async function watch(what, forMs) {
  const ends = performance.now() + forMs;
  while (performance.now() < ends && !stage.stop.aborted) {
    await sleep(Math.min(screen.isLive ? 200 : 1_000, Math.max(1, ends - performance.now())));
    await nodes.askStatus(mostMs);
    tellStatus(what);
  }
  stage.endIfAsked();
}

function tellStatus(what) {
  const line = `${what.padEnd(10)}${statusWords()}`;
  if (screen.isLive) screen.live(line);
  else screen.say(line);
}

function statusWords() {
  const { sent, confirmed, waiting, openBreakers } = sums();
  return `${sent} sent, ${confirmed} confirmed, ${waiting} wait, ${openBreakers} breakers open`;
}

/** Sums of what the nodes last told of themselves. */
function sums() {
  const told = nodes.all.map(({ status }) => status);
  const sum = (key) => told.reduce((total, status) => total + (status?.[key] ?? 0), 0);
  return {
    sent: sum("sent"),
    confirmed: sum("confirmed"),
    waiting: sum("waiting"),
    openBreakers: sum("openBreakers"),
    breakersOpened: sum("breakersOpened"),
    transports: [...new Set(told.flatMap((status) => status?.transports ?? []))].sort(),
  };
}

/** Counts what the receivers' logs say; `confirmed`, breakers and transports are the senders' own words. */
function makeReport({ backAt, ...times }) {
  const logs = nodes.readLogs();
  const counts = tally(logs);
  const { confirmed, breakersOpened, transports } = sums();
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
    const breakers = nodes.breakers.map(({ at }) => at);
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
    ...nodes.failures
      .slice(0, 5)
      .map(({ name, to, number, code }) => `${name} to ${nodes.nameOf(to)}, letter ${number}: ${code}`),
  ].filter((fault) => fault !== false);
}

/** After the outage, until Ctrl-C. */
async function goOn(times, before) {
  if (stage.stop.aborted) return before;
  const lookMs = screen.isLive ? 1_000 : 5_000;
  await stage.goOn({ ttlMs, lookMs, withinMs: mostMs, tell: () => tellStatus("talk") });
  screen.say("ending    nobody writes any more; waiting for the last confirmations");
  await nodes.hush(mostMs);
  const report = makeReport(times);
  if (!options.json) tellReport(report);
  return report;
}

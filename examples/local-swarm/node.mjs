/**
 * One node of the demonstration, in a process of its own: it writes numbered letters to every peer it is told of, and
 * keeps two logs: what came in (written before the sender is told so), and what it sent.
 * Orders come from the parent process; when the parent is gone, this ends too.
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "@swarm-space/core";
import { createSwarmFromFile } from "@swarm-space/core/node";
import { getConnectionResilience } from "@swarm-space/resilience";
import * as z from "zod";

const { config, relay, name, receivedFile, sentFile } = JSON.parse(process.argv[2] ?? "{}");
/** Letters in mailboxes get this long to be answered at the end, in milliseconds. */
const mailMs = 20_000;
const letter = z.strictObject({ number: z.int().positive(), sentAt: z.number() });
const received = openSync(receivedFile, "a");
const sent = openSync(sentFile, "a");

const swarm = await createSwarmFromFile(config, {
  overlay: { with: { "@swarm-space/transport-gun": { relays: [relay] } } },
  log: "error",
});
const numbers = swarm.channel({ name: "numbers", schema: letter });
numbers.onMessage(({ number, sentAt }, from) => {
  log(received, { from, number, sentAt, at: Date.now() });
});

const pending = new Set();
const counts = { sent: 0, confirmed: 0, relayed: 0, failed: 0, breakersOpened: 0 };
const carriedBy = new Set();
const nextNumber = new Map();
let writing;

swarm.on("peer:connect", ({ peer }) => tell({ kind: "peer", peer }));
swarm.on("breaker:open", (breaker) => {
  counts.breakersOpened += 1;
  tell({ kind: "breaker", ...breaker });
});
process.on("message", (order) => {
  if (order.kind === "talk") talk(order.peers, order.everyMs, order.ttlMs);
  if (order.kind === "hush") void hush();
  if (order.kind === "status") tell({ kind: "status", ...status() });
  if (order.kind === "end") void end();
});
process.once("disconnect", exitWithParent);
// Ctrl-C goes to every process of a terminal; the parent says when to end.
process.on("SIGINT", () => {});

await swarm.start();
tell({ kind: "ready", id: swarm.id });

/** Writes to each peer in turn, from now on. */
function talk(peers, everyMs, ttlMs) {
  clearInterval(writing);
  writing = setInterval(() => {
    for (const peer of peers) void write(peer, ttlMs);
  }, everyMs);
}

async function write(peer, ttlMs) {
  const number = (nextNumber.get(peer) ?? 0) + 1;
  nextNumber.set(peer, number);
  log(sent, { to: peer, number });
  counts.sent += 1;
  const settled = numbers.send(peer, { number, sentAt: Date.now() }, { ttlMs });
  pending.add(settled);
  try {
    const { transport, status: end } = await settled;
    carriedBy.add(transport);
    // "relayed" is on its way in a mailbox: it counts once nothing waits any more.
    if (end === "confirmed") counts.confirmed += 1;
    else counts.relayed += 1;
  } catch (error) {
    counts.failed += 1;
    tell({ kind: "failed", to: peer, number, code: codeOf(error, String(error)) });
  } finally {
    pending.delete(settled);
  }
}

/** Writes no more, waits until every letter is settled, and reports. */
async function hush() {
  clearInterval(writing);
  await Promise.allSettled(pending);
  const until = Date.now() + mailMs;
  while (unanswered() > 0 && Date.now() < until) await sleep(100);
  if (unanswered() === 0) {
    counts.confirmed += counts.relayed;
    counts.relayed = 0;
  }
  tell({ kind: "settled", ...status() });
}

/** Stops, and ends by itself: nothing is left that would keep this process. */
async function end() {
  await swarm.stop();
  process.off("disconnect", exitWithParent);
  process.disconnect();
}

function exitWithParent() {
  process.exit(0);
}

/** Letters that no receiver has answered yet, those in mailboxes too. */
function unanswered() {
  return [...nextNumber.keys()].reduce((sum, peer) => sum + swarm.explain(peer).waiting.letters, 0);
}

function status() {
  const { openBreakers } = getConnectionResilience(swarm).getStats();
  return { ...counts, waiting: pending.size, openBreakers, transports: [...carriedBy], peers: swarm.peers().length };
}

function log(file, entry) {
  writeSync(file, `${JSON.stringify(entry)}\n`);
}

function tell(report) {
  if (process.connected) process.send({ name, ...report });
}

/**
 * One node of the hybrid preset, in a process of its own. It writes numbered letters to its peers and keeps two logs: what came in
 * (written before the sender is told so), and what it sent. Orders come from the parent; when the parent is gone, this ends too.
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { codeOf, createSwarm, ports, use } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import { getConnectionResilience } from "@swarm-space/resilience";
import { integratedWith } from "@swarm-space/transport-integrated";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import * as z from "zod";
import { DataChannels } from "./data-channels.mjs";

const { name, data, servers, relays, receivedFile, sentFile } = JSON.parse(process.argv[2] ?? "{}");
const channels = { integrated: new DataChannels(), peerjs: new DataChannels() };
/** The preset's plugins, two of them with an engine that can be looked into. */
const watched = {
  "@swarm-space/transport-integrated": integratedWith({ openEngine: (o) => channels.integrated.openEngine(o) }),
  "@swarm-space/transport-peerjs": peerjsWith({ openEngine: (o) => channels.peerjs.openEngine(o) }),
};
const received = openSync(receivedFile, "a");
const sent = openSync(sentFile, "a");
/** Each road to a server is a link of its own, so that each can be cut alone. */
const swarm = await createSwarm({
  network: "hybrid-swarm",
  log: "error",
  plugins: hybridPlugins({
    data,
    servers,
    integrated: { gunRelays: [relays.integrated], bindAddress: "127.0.0.1" },
    gun: { relays: [relays.gun] },
    peerjs: { bindAddress: "127.0.0.1" },
    // Seconds instead of minutes, so that a person sees them.
    discovery: { bootstrap: [] },
    resilience: {
      failureThreshold: 3,
      openStateTimeout: 1_500,
      halfOpenSuccessThreshold: 1,
      maxBackoffMs: 1_000,
      baseBackoffMs: 100,
      minSwitchMs: 500,
    },
  }).map(({ plugin, options }) => use(watched[plugin.id] ?? plugin, options)),
});
const numbers = swarm.channel({
  name: "numbers",
  schema: z.strictObject({ number: z.int().positive(), sentAt: z.number() }),
});
numbers.onMessage(({ number, sentAt }, from) => log(received, { from, number, sentAt, at: Date.now() }));

const counts = { sent: 0, confirmed: 0, failed: 0, breakersOpened: 0 };
/** Confirmed letters by road. */
const carried = {};
const pending = new Set();
const nextNumber = new Map();
let writing;

swarm.on("peer:connect", ({ peer }) => tell({ kind: "peer", peer }));
swarm.on("breaker:open", (breaker) => {
  counts.breakersOpened += 1;
  tell({ kind: "breaker", ...breaker });
});
process.on("message", (order) => {
  if (order.kind === "talk") talk(order.peers, order.everyMs, order.ttlMs);
  if (order.kind === "status") void tellStatus("status");
  if (order.kind === "cut") channels[order.owner].cut();
  if (order.kind === "heal") channels[order.owner].heal();
  if (order.kind === "hush") void hush();
  if (order.kind === "end") void end();
});
process.once("disconnect", exitWithParent);
// Ctrl-C goes to every process of a terminal; the parent says when to end.
process.on("SIGINT", () => {});

await swarm.start();
tell({ kind: "ready", id: swarm.id });

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
    const { transport } = await settled;
    counts.confirmed += 1;
    const { road } =
      swarm.explain(peer).ways.find((way) => way.transport === transport && way.state === "carries") ?? {};
    // A receipt names the transport alone. Where another one carries by now, which of its roads it was is not known, and not counted.
    if (road !== undefined) carried[`${transport}/${road}`] = (carried[`${transport}/${road}`] ?? 0) + 1;
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
  await tellStatus("settled");
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

async function tellStatus(kind) {
  const bytes = { integrated: await channels.integrated.bytes(), peerjs: await channels.peerjs.bytes() };
  tell({ kind, ...status(), bytes });
}

function status() {
  const { openBreakers } = getConnectionResilience(swarm).getStats();
  const { primary, health } = swarm.getTransportStatus();
  const scores = Object.fromEntries([...health].map(([id, { reliability }]) => [id, reliability]));
  const found = swarm
    .get(ports.discovery)
    .status()
    .sources.map(({ id, found, why }) => ({ id, found, why }));
  const roads = Object.fromEntries(
    swarm.peers().map(({ id }) => {
      const ways = swarm.explain(id).ways;
      const named = (state) => ways.filter((way) => way.state === state).map((way) => `${way.transport}/${way.road}`);
      return [id, { carries: named("carries"), standby: named("standby") }];
    }),
  );
  return { ...counts, carried, waiting: pending.size, openBreakers, primary, scores, found, roads };
}

function log(file, entry) {
  writeSync(file, `${JSON.stringify(entry)}\n`);
}

function tell(report) {
  if (process.connected) process.send({ name, ...report });
}

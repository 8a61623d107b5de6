/**
 * The node that dies: one identity file, one durable store, over and over. Says "started", and "hearing" at its first letter; posts
 * numbered letters and hears numbered letters until it is killed, or told to drain (it posts no more) or to stop.
 */
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { createSwarm, ports, replaceRoom, roomPorts, use } from "@swarm-space/core";
import { openIdentityFile } from "@swarm-space/core/node";
import store from "@swarm-space/store-level";
import { wsPlugin } from "../../bench/support/ws-transport.mjs";
import { storedOutbox } from "../../packages/core/dist/messaging/journal/outbox-journal.js";
import { storedSeen } from "../../packages/core/dist/messaging/journal/seen-journal.js";
import { effects, exactChannel, loggedChannel, network, ttlMs, upChannel } from "./channels.mjs";
import { appendLog, readLog, syncedLog } from "./log-file.mjs";

const postEveryMs = 4;
const witnessEveryMs = 10;
/** Some handlers take their time between what they did and their end, so that the node dies there too. */
const slowMs = 40;
const mostWaiting = 256;

const { folder, peer, url, alone, ablate, life } = JSON.parse(process.argv[2]);
const at = (name) => join(folder, name);

/** Journals that write all, and read nothing back: for ablations. */
const forgetful = {
  none: () => [],
  ledger: () => [
    replaceRoom(roomPorts.seenJournal, (c) => ({
      ...storedSeen(c.get(ports.store), c.get(ports.clock), () => undefined),
      load: async () => [],
    })),
  ],
  outbox: () => [
    replaceRoom(roomPorts.outboxJournal, (c) => ({
      ...storedOutbox(c.get(ports.store), c.get(ports.clock), () => undefined),
      load: async (origin) => ({ origin, kept: [] }),
    })),
  ],
};

const heard = await syncedLog(at("heard.log"));
const posted = appendLog(at("posted.log"));
const confirmed = appendLog(at("confirmed.log"));
const taken = appendLog(at("taken.log"));
const failed = appendLog(at("failed.log"));

const swarm = await createSwarm({
  network,
  identity: await openIdentityFile(at("identity.key")),
  // Alone without any transport: the peer book remembers where the peer is.
  plugins: [use(store, { path: at("store") }), ...(alone ? [] : [use(wsPlugin({ known: [{ peer, value: url }] }))])],
  replace: forgetful[ablate](),
});
swarm.on("store:failed", ({ code, detail }) => failed.add("store", code, detail));

let lines = 0;
const hear = async (channel, n, redelivered) => {
  const line = `${life}.${++lines}`;
  if (lines === 1) process.send("hearing");
  await heard.add(channel, n, redelivered ? "redelivered" : "first", Date.now(), line);
  if (n % 3 === 0) await wait(slowMs);
  return line;
};
swarm
  .channel(loggedChannel)
  .onMessage(async ({ n }, _, { redelivered }) => void (await hear("logged", n, redelivered)));
swarm.channel(exactChannel).onMessage(async ({ n }, _, context) => {
  const line = await hear("exact", n, context.redelivered);
  context.write([{ type: "put", namespace: effects, key: `${n}/${line}`, value: new Uint8Array(1) }]);
});

const up = swarm.channel(upChannel);
let next = Number(readLog(at("posted.log")).at(-1)?.[0] ?? 0) + 1;
let waiting = 0;
await swarm.start();

const timer = setInterval(() => {
  if (waiting >= mostWaiting) return;
  const n = next++;
  waiting++;
  const sent = up.send(peer, { n }, { ttlMs });
  posted.add(n, Date.now(), life);
  sent
    .then(
      () => confirmed.add(n, Date.now()),
      (error) => error.code !== "SWARM_STOPPED" && failed.add("letter", n, error.code),
    )
    .finally(() => waiting--);
}, postEveryMs);

// Writes take effect in the order of the calls, so one that was taken says so of all that were called before.
const witness = setInterval(async () => {
  const begun = Date.now();
  await swarm.get(ports.store).namespace("crash.witness").put("at", new Uint8Array(1));
  taken.add(life, begun);
}, witnessEveryMs);

process.on("message", async (word) => {
  clearInterval(timer);
  if (word !== "stop") return process.send("draining");
  clearInterval(witness);
  await swarm.stop();
  await heard.close();
  process.disconnect();
});
process.on("disconnect", () => process.exit(0));
process.send("started");

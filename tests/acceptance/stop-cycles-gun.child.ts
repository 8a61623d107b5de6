// Starts and stops a node that serves a relay and a node linked to it, on real sockets, and prints what the cycles left.
import { createServer, type Server } from "node:net";
import { createSwarm, use } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import transportGun from "@swarm-space/transport-gun";
import * as z from "zod";

const cycles = Number(process.argv[2]);
const leaks = process.argv[3] === "leak";
const kept: Server[] = [];
let unhandled = 0;
process.on("unhandledRejection", () => {
  unhandled++;
});

// The process' own pipes open at their first use, and stay.
process.stdout.write("");
process.stderr.write("");
const port = await freePort();
// The closed listener goes some turns later.
await leakedSince(new Map([...activeResources()].filter(([kind]) => kind !== "TCPServerWrap")));
const before = activeResources();
const chat = { name: "cycles", schema: z.object({ cycle: z.number() }) };
let delivered = 0;
/** Cycles after which something was left, and what there was most of. */
let untidy = 0;
const left: Record<string, number> = {};
for (let cycle = 0; cycle < cycles; cycle++) {
  const a = await createSwarm({ plugins: [use(transportGun, { serve: { port } })], log: "silent" });
  const relays = [`http://127.0.0.1:${port}/gun`];
  const b = await createSwarm({ plugins: [use(transportGun, { relays })], log: "silent" });
  b.channel(chat).onMessage(() => void delivered++);
  const lane = a.channel(chat);
  // The relay first: the cycles are not to be spent waiting for the next dial.
  await a.start();
  await b.start();
  await lane.send(b.id, { cycle });
  await Promise.all([a.stop(), b.stop()]);
  if (leaks) kept.push(await listen());
  const resources = await leakedSince(before);
  if (resources.size > 0) untidy++;
  for (const [kind, count] of resources) left[kind] = Math.max(left[kind] ?? 0, count);
}

for (const server of kept) server.close();
console.log(JSON.stringify({ cycles, delivered, untidy, left, unhandled }));

async function listen(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = await listen();
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

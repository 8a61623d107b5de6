import { createSwarm, use } from "@swarm-space/core";
import resilience, { getConnectionResilience } from "@swarm-space/resilience";
import { afterEach, expect, test } from "vitest";
import { sightingsAfter } from "../../../tests/support/sightings.ts";
import { codeOf, peerId } from "../../../tests/support/transport-ends.ts";
import peerjs from "../src/index.ts";
import { openDeafDoor } from "./deaf-door.ts";
import { FakeServer, onFake } from "./fake-server.ts";
import { stockServer } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function node(server: FakeServer) {
  const made = onFake(server, { serverTimeoutMs: 200, attemptTimeoutMs: 600, dialTimeoutMs: 1_200 });
  undo.push(() => made.close());
  return made;
}

test("a server that greets and hears nothing is away: it is told so, and dialled on ever later", async () => {
  const server = new FakeServer();
  server.alter = () => undefined;
  const a = node(server);
  await a.open();
  await expect.poll(() => a.transport.state, { timeout: 15_000 }).toBe("error");
  expect(a.transport.lastError).toContain("is deaf");
  expect(await codeOf(a.dial(peerId()))).toBe("TRANSPORT_UNAVAILABLE");
});

test("a server that falls deaf: a dial is charged to it, and while it hears, to the peer that is silent", async () => {
  const server = new FakeServer();
  const [a, b] = [node(server), node(server)];
  await Promise.all([a.open(), b.open()]);
  // The peer is silent, and the server hears.
  server.alter = (message) => (message.dst === message.src ? message : undefined);
  expect(await codeOf(a.dial(b.id))).toBe("DIAL_FAILED");
  expect(a.transport.state).toBe("ready");
  server.alter = () => undefined;
  expect(await codeOf(a.dial(b.id))).toBe("TRANSPORT_UNAVAILABLE");
});

/** What a node thinks after its server fell deaf, and it dialled eight peers. */
async function afterDials(options: { readonly serverTimeoutMs: number; readonly dialTimeoutMs: number }) {
  const server = await stockServer();
  const door = await openDeafDoor(server.port);
  undo.push(
    () => server.close(),
    () => door.close(),
  );
  const peers = Array.from({ length: 8 }, () => peerId());
  const look = Promise.withResolvers<void>();
  const targets = peers.map((peer) => ({
    peer,
    addresses: [{ transport: "peerjs", value: peer, rendezvous: door.url }],
  }));
  const own = { servers: [door.url], bindAddress: "127.0.0.1", rendezvous: { slots: 0 }, listPeers: false };
  const swarm = await createSwarm({
    log: "silent",
    plugins: [
      use(peerjs, { ...own, attemptTimeoutMs: 400, ...options }),
      use(resilience, { baseBackoffMs: 1 }),
      sightingsAfter(look.promise, targets),
    ],
  });
  undo.push(() => swarm.stop());
  await swarm.start();
  expect(swarm.getTransportStatus().health.get("peerjs")?.status.state).toBe("ready");
  door.deafen();
  const codes = new Set<string>();
  const blamed = () => peers.filter((peer) => (getConnectionResilience(swarm).getState(peer)?.failures ?? 0) > 0);
  swarm.on("dial:failed", ({ code }) => codes.add(code));
  look.resolve();
  // A verdict falls within the turn of its event.
  await expect
    .poll(() => blamed().length + getConnectionResilience(swarm).getOpenBreakers().length, { timeout: 15_000 })
    .toBeGreaterThan(0);
  const open = getConnectionResilience(swarm).getOpenBreakers();
  return { url: door.url, codes, open, blamed: blamed() };
}

test("in a whole node the breaker of (peerjs, server) opens, and no peer is blamed", async () => {
  const { url, codes, open, blamed } = await afterDials({ serverTimeoutMs: 1_000, dialTimeoutMs: 3_000 });
  expect(open).toMatchObject([{ transport: "peerjs", rendezvous: url, state: "open" }]);
  expect([...codes]).toEqual(["TRANSPORT_UNAVAILABLE"]);
  expect(blamed).toEqual([]);
});

test("were the server not asked in time, its peers would be blamed", async () => {
  const { codes, blamed } = await afterDials({ serverTimeoutMs: 60_000, dialTimeoutMs: 800 });
  expect([...codes]).toEqual(["DIAL_FAILED"]);
  expect(blamed.length).toBeGreaterThan(0);
});

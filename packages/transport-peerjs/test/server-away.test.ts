import { createSwarm, use } from "@swarm-space/core";
import resilience, { getConnectionResilience } from "@swarm-space/resilience";
import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { afterEach, expect, test } from "vitest";
import { sightings } from "../../../tests/support/sightings.ts";
import { collect, join, peerId, sendAll, untilState } from "../../../tests/support/transport-ends.ts";
import { backoffDelay } from "../src/backoff.ts";
import { Hearing } from "../src/hearing.ts";
import peerjs from "../src/index.ts";
import { FakeServer, onFake } from "./fake-server.ts";
import { makeNode, stockServer } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** WebRTC is not tried here: nobody is dialled. */
const noEngine = async () => ({
  name: "none",
  wrtc: () => ({
    RTCPeerConnection: class {} as never,
    RTCSessionDescription: class {} as never,
    RTCIceCandidate: class {} as never,
  }),
  close: async () => {},
});

test("a server that stays away is dialled five times, then at most once a minute; then it is back", async () => {
  const clock = new VirtualClock();
  const server = new FakeServer();
  const at: number[] = [];
  const makeSocket = (url: string) => {
    at.push(clock.now());
    return server.makeSocket(url);
  };
  const parts = { clock, random: new SeededRandom(7), makeSocket, openEngine: noEngine };
  const node = onFake(server, { backoffBaseMs: 1_000 }, parts);
  const opening = node.open();
  await clock.advance(1);
  await opening;
  expect(node.transport.state).toBe("ready");
  server.isAway = true;
  server.cutAll();
  await clock.advance(3_600_000);
  expect(node.transport.state).toBe("error");
  const dials = at.slice(1);
  // The loss is the first failure: four dials within half a minute are the next.
  const quick = dials.filter((ms) => ms < 40_000);
  expect(quick.length).toBeGreaterThanOrEqual(4);
  expect(dials.length).toBeLessThanOrEqual(4 + 60);
  expect(dials.length).toBeGreaterThanOrEqual(4 + 29);
  for (const [index, ms] of dials.entries())
    if (index >= 4) expect(ms - (dials[index - 1] ?? 0)).toBeGreaterThanOrEqual(60_000);
  server.isAway = false;
  await clock.advance(120_000);
  expect(node.transport.state).toBe("ready");
  const closing = node.close();
  await clock.advance(2_000);
  await closing;
});

test("backoff: under base · 2ⁿ, from the fifth failure on a probe interval to twice that", () => {
  const backoff = { backoffBaseMs: 1_000, probeMs: 60_000 };
  expect([1, 2, 3, 4].map((failures) => backoffDelay(backoff, failures, 0.999))).toEqual([1_998, 3_996, 7_992, 15_984]);
  expect([5, 6, 1_000].map((failures) => backoffDelay(backoff, failures, 0))).toEqual([60_000, 60_000, 60_000]);
  expect(backoffDelay(backoff, 5, 0.5)).toBe(90_000);
});

test("the server is killed, and another stands in its place: channels live on, and peers meet anew", async () => {
  const server = await stockServer();
  const [a, b] = [makeNode({ servers: [server.url] }), makeNode({ servers: [server.url] })];
  undo.push(() => Promise.all([a.close(), b.close()]));
  await Promise.all([a.open(), b.open()]);
  const [one, other] = await join(a, b, "direct");
  const got = collect(other);
  await server.close();
  await untilState(a, "degraded");
  await sendAll(one, ["while it is away"]);
  await got.until(1);
  await expect(
    a.transport.connect({ peer: b.id, addresses: [] }, "direct", { signal: new AbortController().signal }),
  ).rejects.toMatchObject({
    code: "TRANSPORT_UNAVAILABLE",
  });
  const replaced = await stockServer({ port: server.port });
  undo.push(() => replaced.close());
  await Promise.all([untilState(a, "active"), untilState(b, "active")]);
  await join(a, b, "direct");
  await sendAll(one, ["and on"]);
  await got.until(2);
});

test("one of two servers away: the other serves, and the state says so", async () => {
  const [first, second] = [await stockServer(), await stockServer()];
  undo.push(() => second.close());
  const servers = [first.url, second.url];
  const [a, b] = [makeNode({ servers }), makeNode({ servers })];
  undo.push(() => Promise.all([a.close(), b.close()]));
  await Promise.all([a.open(), b.open()]);
  await Promise.all([untilState(a, "ready"), untilState(b, "ready")]);
  await expect.poll(() => b.transport.addresses().length).toBe(2);
  await first.close();
  await untilState(a, "degraded");
  await untilState(b, "degraded");
  expect(a.transport.lastError).toContain(first.url);
  await join(a, b, "direct");
});

test("in a whole node the breaker of (peerjs, server) opens after five dials that the server's absence failed", async () => {
  const server = await stockServer();
  await server.close();
  const targets = Array.from({ length: 8 }, () => ({
    peer: peerId(),
    addresses: [{ transport: "peerjs", value: peerId(), rendezvous: server.url }],
  }));
  const options = { servers: [server.url], openTimeoutMs: 0, bindAddress: "127.0.0.1" };
  const swarm = await createSwarm({
    plugins: [use(peerjs, options), use(resilience, { baseBackoffMs: 1 }), sightings(...targets)],
  });
  undo.push(() => swarm.stop());
  const opened = new Promise((resolve) => swarm.on("breaker:open", resolve));
  await swarm.start();
  expect(await opened).toEqual({ transport: "peerjs", rendezvous: server.url });
  expect(getConnectionResilience(swarm).getStats().openBreakers).toBe(1);
});

/** A node in virtual time whose place at the server stands; then the server's sockets are dead, and look open. */
async function halfDead(hearEveryMs?: number) {
  const clock = new VirtualClock();
  const server = new FakeServer();
  const parts = { clock, random: new SeededRandom(7), makeSocket: server.makeSocket, openEngine: noEngine };
  const watch = hearEveryMs === undefined ? {} : { hearEveryMs };
  const node = onFake(server, { backoffBaseMs: 1_000 }, { ...parts, ...watch });
  const opening = node.open();
  await clock.advance(1);
  await opening;
  const asked = () => node.transport.state;
  await clock.advance(600_000);
  expect([asked(), server.dials.length]).toEqual(["ready", 1]);
  server.alter = () => undefined;
  return {
    clock,
    server,
    node,
    state: asked,
    async end() {
      const closing = node.close();
      await clock.advance(2_000);
      await closing;
      expect(clock.pending).toBe(0);
    },
  };
}

test("a socket that is dead and looks open is found within 65 s, and dialled no faster than a server that is away", async () => {
  const { clock, server, state, end } = await halfDead();
  await clock.advance(65_001);
  expect(state()).toBe("error");
  await clock.advance(3_600_000);
  expect(server.dials.length).toBeLessThanOrEqual(1 + 5 + 60);
  server.alter = (message) => message;
  await clock.advance(130_000);
  expect(state()).toBe("ready");
  await end();
});

test("after a sleep it is found within 2 s, and replaced", async () => {
  const { clock, server, node, state, end } = await halfDead();
  node.transport.woke();
  await clock.advance(1_999);
  expect(state()).toBe("ready");
  server.alter = (message) => message;
  await clock.advance(2);
  expect(state()).toBe("error");
  await clock.advance(2_001);
  expect([state(), server.dials.length]).toEqual(["ready", 2]);
  await end();
});

test("ablation: were it not asked again, it would never be found", async () => {
  const { clock, state, end } = await halfDead(1e9);
  await clock.advance(3_600_000);
  expect(state()).toBe("ready");
  await end();
});

test("who slept while it was asked asks again: the answer may wait to be read", async () => {
  const base = new VirtualClock();
  let sleptMs = 0;
  const clock = {
    now: () => base.now() + sleptMs,
    wall: () => base.wall(),
    timer: (delayMs: number, run: () => void) => base.timer(delayMs, run),
  };
  const told = { sent: 0, deaf: 0 };
  const hearing = new Hearing({
    ...{ clock, id: "me", config: { serverTimeoutMs: 5_000 }, hearEveryMs: 60_000, onEcho: () => {} },
    send: () => (told.sent += 1),
    onDeaf: () => (told.deaf += 1),
  });
  hearing.ask();
  sleptMs = 3_600_000;
  await base.advance(5_000);
  expect(told).toEqual({ sent: 2, deaf: 0 });
  // A throttled page is late each time.
  sleptMs += 60_000;
  await base.advance(5_000);
  expect(told).toEqual({ sent: 2, deaf: 1 });
  hearing.end();
});

import { MemoryNetwork, memoryPlugin, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { encode } from "cborg";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { use } from "../../src/assembly/define-plugin.ts";
import { type Replacement, replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { LocalDoor } from "../../src/door/door.ts";
import { answerTurns, doorPolicy } from "../../src/door/door-policy.ts";
import { maxPendingHandshakes } from "../../src/messaging/limits.ts";
import type { Link } from "../../src/messaging/link.ts";
import type { SwarmEvents } from "../../src/ports/events.ts";
import { ports } from "../../src/ports/ports.ts";
import type { Connection } from "../../src/ports/transport.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { createSwarm } from "../../src/swarm/create-swarm.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";

const chat = { name: "chat", schema: z.object({ text: z.string() }) };
/** Mallory's own door would take the answers to her letters for rubbish. */
const noGuards = { scores: false, budgets: false, handshakes: false };
const never = new AbortController().signal;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Nodes on virtual time. */
class Street {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork({ clock: this.clock, seed: "door" });

  async node(name: string, guards?: typeof doorPolicy.guards): Promise<Swarm> {
    const random = new SeededRandom(`door ${name}`);
    const ablated: Replacement[] =
      guards === undefined
        ? []
        : [
            replaceRoom(
              roomPorts.door,
              (c) =>
                new LocalDoor({ clock: this.clock, events: c.get(ports.events), policy: { ...doorPolicy, guards } }),
            ),
          ];
    const swarm = await createSwarm({
      log: "silent",
      plugins: [use(memoryPlugin({ network: this.network, name }))],
      identity: identityFromSecret(random.fork("identity").bytes(32)),
      replace: [replaceRoom(ports.clock, () => this.clock), replaceRoom(ports.random, () => random), ...ablated],
    });
    await this.until(swarm.start());
    stops.push(() => this.until(swarm.stop()));
    return swarm;
  }

  async until<Value>(work: Promise<Value>): Promise<Value> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    work.then(settle, settle);
    if (!(await this.clock.runUntil(() => settled, 60_000))) throw new Error("not settled");
    return work;
  }

  async join(from: Swarm, to: Swarm): Promise<Link> {
    await this.until(from.connect(to.id));
    const [live] = from.get(roomPorts.book).links(to.id);
    if (live === undefined) throw new Error("no link");
    return live.link;
  }

  /** A connection to a node, with nothing said on it. */
  async connection(from: Swarm, to: string): Promise<Connection> {
    const [transport] = from.get(ports.transport);
    if (transport === undefined) throw new Error("no transport");
    const target = { addresses: [{ transport: "memory", value: to }] };
    return this.until(transport.connect(target, "memory", { signal: never }));
  }
}

/** The first message of a handshake, as a real link factory writes it. */
function firstMessage(node: Swarm): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const connection: Connection = {
      ...{ transport: "memory", road: "memory", remote: "victim", bufferedBytes: 0 },
      capabilities: { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 },
      closed: new Promise(() => {}),
      send: (frame) => {
        resolve(frame);
        return true;
      },
      drained: async () => {},
      read: () => {},
      close: async () => {},
    };
    node
      .get(roomPorts.links)
      .establish(connection, { initiator: true, signal: never })
      .catch(() => {});
  });
}

function heardBy(swarm: Swarm): { readonly graylisted: SwarmEvents["peer:graylisted"][]; readonly codes: string[] } {
  const graylisted: SwarmEvents["peer:graylisted"][] = [];
  const codes: string[] = [];
  swarm.on("peer:graylisted", (detail) => graylisted.push(detail));
  swarm.on("frame:rejected", ({ code }) => codes.push(code));
  return { graylisted, codes };
}

/** Letters for a channel that nobody opened, at a steady rate until the link ends or the time is over. */
async function flood(street: Street, link: Link, perSecond: number, forMs: number): Promise<number> {
  const body = encode({ text: "rubbish" });
  let closed = false;
  void link.closed.then(() => {
    closed = true;
  });
  const from = street.clock.now();
  for (let seq = 1; !closed && street.clock.now() - from < forMs; ) {
    const items = Array.from({ length: perSecond / 100 }, (_, i) => [1, seq + i, "nobody", 0, 30_000, body]);
    try {
      link.send(encode([1, seq, ...items]));
    } catch {
      break;
    }
    seq += items.length;
    await street.clock.advance(10);
  }
  return street.clock.now() - from;
}

test("50,000 letters of rubbish a second: gone and graylisted within a second, and both sides say why", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const heard = heardBy(victim);
  const tookMs = await flood(street, await street.join(mallory, victim), 50_000, 5_000);
  expect(tookMs).toBeLessThanOrEqual(1_000);
  expect(heard.graylisted).toMatchObject([{ peer: mallory.id, offence: "rateExceeded" }]);
  expect(victim.peers()).toEqual([]);
  expect(victim.explain(mallory.id).ways.map(({ reason }) => reason)).toContain("graylisted");
  await street.clock.advance(5_000);
  expect(victim.peers()).toEqual([]);
  const tries = mallory.explain(victim.id).ways.map(({ lastTry }) => lastTry?.code);
  expect(["RATE_EXCEEDED", "PEER_GRAYLISTED"]).toContain(tries[0]);
  expect(heard.codes.filter((code) => code === "PEER_GRAYLISTED").length).toBeLessThan(10);
});

test("ablated, the same flood goes on", async () => {
  const street = new Street();
  const victim = await street.node("victim", { ...doorPolicy.guards, budgets: false });
  const mallory = await street.node("mallory", noGuards);
  expect(await flood(street, await street.join(mallory, victim), 50_000, 1_500)).toBeGreaterThanOrEqual(1_500);
  expect(victim.peers()).toHaveLength(1);
});

test("a refusal fades: the peer is welcome again, and dials by itself", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  await flood(street, await street.join(mallory, victim), 50_000, 5_000);
  await street.clock.advance(doorPolicy.halfLifeMs + 60_000);
  expect(victim.peers()).toHaveLength(1);
});

test("an address without an id that leads to a refused peer: dialled once, told why, and not kept", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const { id } = identityFromSecret(new SeededRandom("door mallory").fork("identity").bytes(32));
  victim.get(roomPorts.door).offend("rateExceeded", { peer: id });
  const failed: SwarmEvents["dial:failed"][] = [];
  victim.on("dial:failed", (detail) => failed.push(detail));
  const opened: boolean[] = [];
  victim.on("connection:open", ({ inbound }) => opened.push(inbound));
  const mallory = await street.node("mallory", noGuards);
  expect(mallory.id).toBe(id);
  const told: string[] = [];
  mallory.on("connection:close", ({ reason }) => told.push(reason.detail));
  const address = { transport: "memory", value: "mallory" };
  victim.get(roomPorts.addresses).note({ addresses: [address], source: "a neighbour" });
  await street.clock.advance(10_000);
  expect(failed).toMatchObject([{ code: "PEER_GRAYLISTED", transport: "memory" }]);
  expect(failed[0]?.peer).toContain("mallory");
  expect(opened).toEqual([]);
  expect(victim.peers()).toEqual([]);
  expect(told.some((detail) => detail.includes("PEER_GRAYLISTED"))).toBe(true);
  const known = victim.get(roomPorts.addresses).target(id).addresses;
  expect(known).toContainEqual(address);
});

test("an honest peer next to it, 10,000 letters, and none is lost or late", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const alice = await street.node("alice");
  let handled = 0;
  victim.channel(chat).onMessage(() => void handled++);
  const letters = alice.channel(chat);
  await street.join(alice, victim);
  const link = await street.join(mallory, victim);
  const honest = Array.from({ length: 10_000 }, () => letters.send(victim.id, { text: "hello" }));
  await flood(street, link, 50_000, 2_000);
  const receipts = await street.until(Promise.all(honest));
  expect(handled).toBe(10_000);
  expect(Math.max(...receipts.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(1_000);
});

test.each([
  ["half a frame", new Uint8Array([0x83, 0x01])],
  ["a letter beyond the window", encode([1, 1, [1, 1_000_000, "chat", 0, 1_000, new Uint8Array(1)]])],
  ["more ranges than a frame may name", encode([1, 1, ...Array.from({ length: 20 }, () => [6, [1, 4096]])])],
])("%s, five times: graylisted", async (_name, bytes) => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const heard = heardBy(victim);
  const link = await street.join(mallory, victim);
  for (let i = 0; i < 5; i++) link.send(bytes);
  await street.clock.advance(100);
  expect(heard.graylisted).toMatchObject([{ peer: mallory.id }]);
  expect(victim.peers()).toEqual([]);
});

test("messages of another schema cost nothing but their rate", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const newer = await street.node("newer");
  const heard = heardBy(victim);
  victim.channel(chat).onMessage(() => {});
  const channel = newer.channel({ name: "chat", schema: z.object({ html: z.string() }) });
  await street.join(newer, victim);
  const sent = Array.from({ length: 1_000 }, () => channel.send(victim.id, { html: "<p>" }).catch(() => "refused"));
  expect(new Set(await street.until(Promise.all(sent)))).toEqual(new Set(["refused"]));
  expect(heard.graylisted).toEqual([]);
  expect(victim.peers()).toHaveLength(1);
});

test("200 connections that say nothing: at most 64 wait, an honest peer joins, and all places are free after 5 s", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const doorman = victim.get(roomPorts.doorman);
  for (let i = 0; i < 200; i++) {
    await street.connection(mallory, "victim").catch(() => {});
    expect(doorman.pending).toBeLessThanOrEqual(maxPendingHandshakes);
  }
  expect(doorman.pending).toBeGreaterThan(0);
  const alice = await street.node("alice");
  const before = street.clock.now();
  await street.join(alice, victim);
  expect(street.clock.now() - before).toBeLessThanOrEqual(3_000);
  await street.clock.advance(5_500);
  expect(doorman.pending).toBe(0);
});

test("a crowd's first messages are answered one at a time, and few a second", async () => {
  const street = new Street();
  // All are let in: what is shown is the pace of the answers.
  await street.node("victim", noGuards);
  const mallory = await street.node("mallory", noGuards);
  const hello = await firstMessage(mallory);
  const answeredAt: number[] = [];
  const connections: Connection[] = [];
  for (let i = 0; i < 20; i++) connections.push(await street.connection(mallory, "victim"));
  for (const connection of connections) {
    connection.read(() => void answeredAt.push(street.clock.now()));
    connection.send(hello);
  }
  await street.clock.advance(400);
  const { gapMs, turns } = answerTurns;
  expect(answeredAt.length).toBeGreaterThanOrEqual(turns.capacity);
  expect(answeredAt.length).toBeLessThanOrEqual(turns.capacity + (turns.perSecond * 400) / 1000);
  for (const [i, at] of answeredAt.slice(1).entries()) {
    expect(at - (answeredAt[i] ?? 0)).toBeGreaterThanOrEqual(gapMs);
  }
});

test("the third message must come within 2 s of the first", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const heard = heardBy(victim);
  const connection = await street.connection(mallory, "victim");
  const muted: Connection = {
    ...{ transport: "memory", road: "memory", remote: "victim", bufferedBytes: 0 },
    capabilities: connection.capabilities,
    closed: connection.closed,
    send: (frame) => connection.send(frame),
    drained: (o) => connection.drained(o),
    read: () => {},
    close: (reason) => connection.close(reason),
  };
  const half = mallory.get(roomPorts.links).establish(muted, { initiator: true, signal: never });
  half.catch(() => {});
  await street.clock.advance(1_900);
  expect(victim.get(roomPorts.doorman).pending).toBe(1);
  await street.clock.advance(200);
  expect(victim.get(roomPorts.doorman).pending).toBe(0);
  expect(heard.codes).toContain("HANDSHAKE_TIMEOUT");
});

test("a first message longer than a hello is refused before any key is used", async () => {
  const street = new Street();
  const victim = await street.node("victim");
  const mallory = await street.node("mallory", noGuards);
  const heard = heardBy(victim);
  const connection = await street.connection(mallory, "victim");
  connection.send(new Uint8Array(2_000));
  await street.clock.advance(100);
  expect(heard.codes).toEqual(["LEGACY_PEER"]);
});

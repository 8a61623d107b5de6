import { type Channel, createSwarm, type PluginUse, ports, type Swarm, use } from "@swarm-space/core";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import { gunMailboxes } from "@swarm-space/gun-driver/road";
import resilience from "@swarm-space/resilience";
import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { clock, random } from "../../../tests/support/transport-ends.ts";
import { integratedWith } from "../src/index.ts";
import { type CutEngine, cutEngine } from "./cut-engine.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function openRelay(port = 0): Promise<GunRelay> {
  const relay = await openGunRelay({ clock, random, port, mailboxes: gunMailboxes() });
  undo.push(() => relay.close());
  return relay;
}

interface Whole {
  readonly swarm: Swarm;
  readonly engine: CutEngine;
  readonly chat: Channel<{ readonly text: string }>;
  readonly heard: string[];
}

async function node(url: string, more: readonly PluginUse[] = []): Promise<Whole> {
  const engine = cutEngine();
  const plugin = integratedWith({ openEngine: engine.open });
  const options = {
    gunRelays: [url],
    bindAddress: "127.0.0.1",
    linkBackoffBaseMs: 20,
    linkBackoffCapMs: 200,
    graceMs: 200,
  };
  const swarm = await createSwarm({
    network: "whole-nodes",
    log: "silent",
    plugins: [use(plugin, options), use(resilience), ...more],
  });
  undo.push(() => swarm.stop());
  const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
  const heard: string[] = [];
  chat.onMessage(({ text }) => void heard.push(text));
  return { swarm, engine, chat, heard };
}

async function pair(): Promise<{ readonly a: Whole; readonly b: Whole; readonly relay: GunRelay }> {
  const relay = await openRelay();
  const [a, b] = await Promise.all([node(relay.url), node(relay.url)]);
  await Promise.all([a.swarm.start(), b.swarm.start()]);
  return { a, b, relay };
}

/** The road of the link that opened, or closed, last. */
function untilRoad({ swarm }: Whole, event: "connection:open" | "connection:close", road: string): Promise<void> {
  return new Promise((resolve) => {
    const end = swarm.on(event, (detail) => {
      if (detail.road !== road) return;
      queueMicrotask(() => end());
      resolve();
    });
  });
}

const expected = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name} ${at}`).sort();

describe("two whole nodes by one relay", () => {
  test("begin on Gun and move to the data channel; each road is killed and comes back under 1,000 letters each way; none lost, none doubled", {
    timeout: 60_000,
  }, async () => {
    const { a, b, relay } = await pair();
    const order: string[] = [];
    a.swarm.on("connection:open", ({ road }) => void order.push(road));
    const direct = untilRoad(a, "connection:open", "direct");
    const first = await a.chat.send(b.swarm.id, { text: "first" }, { ttlMs: 10_000 });
    expect(first.status).toBe("confirmed");
    await direct;
    // Both may have dialled: of two relays one goes again.
    expect([order[0], order.at(-1)]).toEqual(["relay", "direct"]);
    let [sentA, sentB] = [0, 0];
    const work: Promise<{ readonly status: string }>[] = [];
    const sendSome = async (count: number) => {
      for (let round = 0; round < count; round += 1) {
        work.push(a.chat.send(b.swarm.id, { text: `to b ${sentA++}` }, { ttlMs: 40_000 }));
        work.push(b.chat.send(a.swarm.id, { text: `to a ${sentB++}` }, { ttlMs: 40_000 }));
        if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await sendSome(200);
    // The data channel dies in the middle of letters, and is dialled again.
    const back = untilRoad(a, "connection:open", "direct");
    const cutting = sendSome(200);
    a.engine.cut();
    await cutting;
    await back;
    await sendSome(200);
    // The relay dies: the data channel goes on.
    const { port } = relay;
    await relay.close();
    await sendSome(200);
    await Promise.all(work);
    const relayed = untilRoad(a, "connection:open", "relay");
    await openRelay(port);
    await relayed;
    // And the data channel again, by the relay that is new.
    const again = sendSome(200);
    b.engine.cut();
    await again;
    const statuses = await Promise.all(work.map(async (each) => (await each).status));
    expect(new Set(statuses)).toEqual(new Set(["confirmed"]));
    expect(b.heard.filter((text) => text !== "first").sort()).toEqual(expected("to b", 1_000));
    expect(a.heard.sort()).toEqual(expected("to a", 1_000));
  });

  test("a letter that is out when the data channel dies is there by Gun within 300 ms", {
    timeout: 30_000,
  }, async () => {
    const { a, b } = await pair();
    const direct = untilRoad(a, "connection:open", "direct");
    await a.chat.send(b.swarm.id, { text: "first" }, { ttlMs: 10_000 });
    await direct;
    const gaps: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const back = untilRoad(a, "connection:open", "direct");
      a.engine.cut();
      const cutAt = clock.now();
      const { status } = await a.chat.send(b.swarm.id, { text: `after cut ${round}` }, { ttlMs: 10_000 });
      gaps.push(clock.now() - cutAt);
      expect(status).toBe("confirmed");
      await back;
    }
    gaps.sort((one, other) => one - other);
    expect(gaps[2]).toBeLessThan(300);
  });
});

test("both Gun users of a node share their link: one socket at the relay", async () => {
  const relay = await openRelay();
  const gun = (await import("@swarm-space/transport-gun")).default;
  const options = { relays: [relay.url] };
  const [a, b] = await Promise.all([node(relay.url, [use(gun, options)]), node(relay.url, [use(gun, options)])]);
  await a.swarm.start();
  expect(relay.stats().connections).toBe(1);
  await b.swarm.start();
  expect(relay.stats().connections).toBe(2);
  const opened = new Set<string>();
  a.swarm.on("connection:open", ({ transport, road }) => void opened.add(`${transport} ${road}`));
  await a.chat.send(b.swarm.id, { text: "hello" }, { ttlMs: 10_000 });
  expect(
    a.swarm
      .get(ports.transport)
      .map(({ id, state }) => [id, state])
      .sort(),
  ).toEqual([
    ["gun", expect.any(String)],
    ["integrated", "active"],
  ]);
  // Their link is cut: both are told in the same turn, so that letters of neither wait on it.
  const { port } = relay;
  const away: string[] = [];
  const told = new Promise<void>((resolve) => {
    a.swarm.on("transport:state", ({ transport, state }) => {
      if (state !== "error" && state !== "degraded") return;
      if (away.push(transport) === 1) setImmediate(resolve);
    });
  });
  await relay.close();
  await told;
  expect(away.sort()).toEqual(["gun", "integrated"]);
  const again = await openRelay(port);
  await expect.poll(() => again.stats().connections, { timeout: 10_000 }).toBe(2);
  // One of them closes, and the other goes on.
  const [transport] = a.swarm.get(ports.transport).filter(({ id }) => id === "gun");
  await transport?.close({ signal: new AbortController().signal });
  expect(again.stats().connections).toBe(2);
  await a.swarm.stop();
  await expect.poll(() => again.stats().connections).toBe(1);
});

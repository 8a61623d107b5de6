import { createSwarm, use } from "@swarm-space/core";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { numbered } from "../../../tests/support/transport-ends.ts";
import gun from "../src/index.ts";
import { relay } from "./nodes.ts";
import { startStockRelay } from "./processes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const letters = { name: "letters", schema: z.string() };

/** A whole node on one relay, with what its handler was given. */
async function node(...relays: string[]) {
  const swarm = await createSwarm({ plugins: [use(gun, { relays, graceMs: 60_000 })], log: "silent" });
  undo.push(() => swarm.stop());
  const got: string[] = [];
  const lane = swarm.channel(letters);
  lane.onMessage((text) => void got.push(text));
  await swarm.start();
  const send = (to: string, texts: readonly string[]) => Promise.all(texts.map((text) => lane.send(to, text)));
  return { swarm, got, send };
}

/** 300 letters each way. Each is confirmed when the other's handler has run. */
async function exchange(urlOfA: string, urlOfB: string): Promise<void> {
  const [a, b] = [await node(urlOfA), await node(urlOfB)];
  await a.swarm.connect(b.swarm.id);
  const receipts = await Promise.all([
    a.send(b.swarm.id, numbered("to b", 300)),
    b.send(a.swarm.id, numbered("to a", 300)),
  ]);
  for (const { status, transport } of receipts.flat()) expect([status, transport]).toEqual(["confirmed", "gun"]);
  expect(b.got).toEqual(numbered("to b", 300));
  expect(a.got).toEqual(numbered("to a", 300));
}

test.each(["plain", "axe"] as const)("300 letters each way through an unmodified Gun server, %s", async (kind) => {
  const stock = await startStockRelay(kind);
  undo.push(() => stock.kill());
  await exchange(stock.url, stock.url);
});

test("A, relay 1, relay 2, B: 300 letters each way, 0 lost, 0 doubled", async () => {
  const first = await relay();
  undo.push(() => first.close());
  const second = await relay(0, [first.url]);
  undo.push(() => second.close());
  await exchange(first.url, second.url);
});

test("of two relays one dies: letters it held go by the other because its link said so, before it is given up", async () => {
  const relays = [await relay(), await relay()];
  for (const each of relays) undo.push(() => each.close());
  const [a, b] = [await node(...relays.map(({ url }) => url)), await node(...relays.map(({ url }) => url))];
  await a.swarm.connect(b.swarm.id);
  const carried = () =>
    a.swarm.explain(b.swarm.id).ways.filter(({ state }) => state === "carries" || state === "standby");
  await expect.poll(() => carried().length, { timeout: 10_000 }).toBe(2);
  await a.send(b.swarm.id, ["before"]);
  const dead = relays.find(({ url }) => url === carried().find(({ state }) => state === "carries")?.rendezvous);
  const [retried, lost]: [string[], string[]] = [[], []];
  a.swarm.on("letter:retry", ({ reason }) => void retried.push(reason));
  a.swarm.on("connection:close", ({ reason }) => void (reason.by === "lost" && lost.push(reason.detail)));
  const killed = dead?.close();
  const receipts = await a.send(b.swarm.id, numbered("after", 20));
  await killed;
  await a.send(b.swarm.id, ["last"]);
  expect(new Set(receipts.map(({ status }) => status))).toEqual(new Set(["confirmed"]));
  expect(b.got).toEqual(["before", ...numbered("after", 20), "last"]);
  expect([retried, lost]).toEqual([["interrupted"], []]);
  expect(carried().map(({ rendezvous }) => rendezvous)).toEqual(
    relays.flatMap((each) => (each === dead ? [] : [each.url])),
  );
});

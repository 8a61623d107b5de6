import { type Channel, createSwarm, ports, type Swarm, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import peerjs from "../src/index.ts";
import { stockServer } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function node(url: string): Promise<Swarm> {
  const options = { servers: [url], bindAddress: "127.0.0.1" };
  const swarm = await createSwarm({ network: "whole-nodes", plugins: [use(peerjs, options), use(resilience)] });
  undo.push(() => swarm.stop());
  await swarm.start();
  return swarm;
}

const chat = { name: "chat", schema: z.object({ text: z.string() }) };

async function sendAll(channel: Channel<{ text: string }>, to: string, name: string): Promise<readonly string[]> {
  const receipts = Array.from({ length: 300 }, (_, at) =>
    channel.send(to, { text: `${name} ${at}` }, { ttlMs: 30_000 }),
  );
  return (await Promise.all(receipts)).map(({ status }) => status);
}

test("two nodes find each other on an unmodified server; 300 letters each way, none lost, none doubled", async () => {
  const server = await stockServer();
  undo.push(() => server.close());
  const [a, b] = await Promise.all([node(server.url), node(server.url)]);
  const [atA, atB]: [string[], string[]] = [[], []];
  const [chatA, chatB] = [a.channel(chat), b.channel(chat)];
  chatA.onMessage(({ text }) => void atA.push(text));
  chatB.onMessage(({ text }) => void atB.push(text));
  await expect.poll(() => a.peers().length + b.peers().length, { timeout: 10_000 }).toBe(2);
  // Nobody told them of each other.
  expect(a.get(ports.transport)).toHaveLength(1);
  const statuses = await Promise.all([sendAll(chatA, b.id, "to b"), sendAll(chatB, a.id, "to a")]);
  expect(new Set(statuses.flat())).toEqual(new Set(["confirmed"]));
  const expected = (name: string) => Array.from({ length: 300 }, (_, at) => `${name} ${at}`).sort();
  expect(atB.sort()).toEqual(expected("to b"));
  expect(atA.sort()).toEqual(expected("to a"));
  // The server goes, and what is open stays.
  await server.close();
  const transport = a.get(ports.transport)[0];
  await expect.poll(() => transport?.state).toBe("degraded");
  const { status } = await chatA.send(b.id, { text: "without a server" }, { ttlMs: 5_000 });
  expect(status).toBe("confirmed");
});

import { afterEach, expect, test } from "vitest";
import { collect, join, never, numbered, sendEach, untilState } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, relay } from "./nodes.ts";
import { type RelayProcess, startRelayProcess } from "./processes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function node(options: Parameters<typeof makeNode>[0]): Node {
  const made = makeNode(options);
  undo.push(() => made.close());
  return made;
}

async function process(port?: number): Promise<RelayProcess> {
  const started = await startRelayProcess(port);
  undo.push(() => started.kill());
  return started;
}

async function exchange(from: Node, to: Node, count: number): Promise<void> {
  const [one, other] = await join(from, to, "relay");
  const here = collect(one);
  const there = collect(other);
  await Promise.all([sendEach(one, numbered("there", count)), sendEach(other, numbered("here", count))]);
  await Promise.all([here.until(count), there.until(count)]);
  expect(there.texts).toEqual(numbered("there", count));
  expect(here.texts).toEqual(numbered("here", count));
}

test("A, relay 1, relay 2, B: 300 frames each way, 0 lost, 0 doubled", async () => {
  const first = await relay();
  undo.push(() => first.close());
  const second = await relay(0, [first.url]);
  undo.push(() => second.close());
  const [a, b] = [node({ relays: [first.url] }), node({ relays: [second.url] })];
  await Promise.all([a.open(), b.open()]);
  await sighted(a, b.id);
  await exchange(a, b, 300);
  await exchange(b, a, 300);
});

test("three nodes that serve each other need no fixed server", async () => {
  const a = node({ serve: { port: 0 } });
  await a.open();
  const b = node({ serve: { port: 0 }, relays: [relayOf(a)] });
  await b.open();
  const c = node({ serve: { port: 0 }, relays: [relayOf(b)] });
  await c.open();
  await Promise.all([sighted(a, c.id), sighted(c, a.id), sighted(b, a.id)]);
  await exchange(a, c, 50);
  await exchange(c, b, 50);
  await exchange(b, a, 50);
});

test("a relay that is killed takes its connections with it, and is found again when it is back", async () => {
  const server = await process();
  const [a, b] = [node({ relays: [server.url], graceMs: 200 }), node({ relays: [server.url], graceMs: 200 })];
  await Promise.all([a.open(), b.open()]);
  const [one, other] = await join(a, b, "relay");
  await server.kill();
  expect((await one.closed).by).toBe("lost");
  expect((await other.closed).by).toBe("lost");
  expect(a.transport.state).toBe("error");
  expect(a.transport.lastError).toContain(server.url);
  expect(a.transport.addresses()).toEqual([]);
  await expect(a.transport.connect({ peer: b.id, addresses: [] }, "relay", { signal: never })).rejects.toMatchObject({
    code: "TRANSPORT_UNAVAILABLE",
  });
  const killedAt = performance.now();
  await process(server.port);
  await Promise.all([untilState(a, "ready"), untilState(b, "ready")]);
  expect(performance.now() - killedAt).toBeLessThan(5_000);
  await exchange(a, b, 20);
});

test("within the grace a connection outlives its relay, and nothing is lost or doubled", async () => {
  const server = await process();
  const options = { relays: [server.url], graceMs: 5_000 };
  const [a, b] = [node(options), node(options)];
  await Promise.all([a.open(), b.open()]);
  const [one, other] = await join(a, b, "relay");
  const got = collect(other);
  await sendEach(one, numbered("frame", 50));
  await server.kill();
  await untilState(a, "error");
  const rest = sendEach(one, numbered("frame", 100).slice(50));
  await process(server.port);
  await rest;
  await got.until(100);
  expect(got.texts).toEqual(numbered("frame", 100));
});

test("a relay away among others leaves the transport degraded and the rest in use", async () => {
  const [first, second] = [await process(), await process()];
  const options = { relays: [first.url, second.url], graceMs: 100 };
  const [a, b] = [node(options), node(options)];
  await Promise.all([a.open(), b.open()]);
  await expect.poll(() => a.transport.addresses().length + b.transport.addresses().length).toBe(4);
  await second.kill();
  await Promise.all([untilState(a, "degraded"), untilState(b, "degraded")]);
  expect(b.transport.addresses().map((address) => address.rendezvous)).toEqual([first.url]);
  await exchange(a, b, 20);
});

function relayOf(serving: Node): string {
  return serving.transport.addresses()[0]?.rendezvous ?? "";
}

async function sighted(looking: Node, peer: string): Promise<void> {
  for await (const sighting of looking.transport.discover({ signal: never })) if (sighting.peer === peer) return;
}

import type { Sighting } from "@swarm-space/core";
import { createGunClient, type GunClient } from "@swarm-space/gun-driver";
import { dialNode, type GunRelay } from "@swarm-space/gun-driver/relay";
import { createTopics, encodePresence } from "@swarm-space/gun-driver/road";
import { afterEach, expect, test } from "vitest";
import { clock, peerId, random } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node, relay } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function served(): Promise<GunRelay> {
  const server = await relay();
  undo.push(() => server.close());
  return server;
}

async function opened(options: Parameters<typeof makeNode>[0], id?: string, network?: string): Promise<Node> {
  const node = makeNode(options, id, network);
  undo.push(() => node.close());
  await node.open();
  return node;
}

/** A stranger who may write anything. */
async function stranger(url: string): Promise<GunClient> {
  const client = createGunClient({ relays: [url], clock, random, dial: dialNode });
  undo.push(() => client.close());
  const up = new Promise<void>((resolve) => client.onRelay(({ up }) => up && resolve()));
  client.open();
  await up;
  return client;
}

/** What a node sights until `enough`. */
async function sightings(node: Node, enough: (seen: readonly Sighting[]) => boolean): Promise<readonly Sighting[]> {
  const seen: Sighting[] = [];
  for await (const sighting of node.transport.discover({ signal: AbortSignal.timeout(5_000) })) {
    seen.push(sighting);
    if (enough(seen)) break;
  }
  return seen;
}

const peersOf = (seen: readonly Sighting[]) => new Set(seen.map(({ peer }) => peer));

test("nodes of another network, this node itself and records of no form are not sighted", async () => {
  const { url } = await served();
  const [a, b] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  await opened({ relays: [url] }, peerId(), "another network");
  const evil = await stranger(url);
  const [soul = ""] = await createTopics("test", undefined).presenceShards();
  const forms = ["", "null", "{}", "[1]", '{"v":2}', "x".repeat(30_000), '{"v":1,"p":"short","a":[],"x":1}'];
  for (const [index, value] of forms.entries()) evil.put(url, soul, [{ key: `key ${index}`, value, state: 1 }]);
  const honest = encodePresence({ peer: "b".repeat(52), addresses: [], expiresAt: Date.now() + 60_000 });
  evil.put(url, soul, [{ key: "last", value: honest, state: 1 }]);
  const seen = await sightings(a, (all) => peersOf(all).has("b".repeat(52)) && peersOf(all).has(b.id));
  expect(peersOf(seen)).toEqual(new Set([b.id, "b".repeat(52)]));
});

test("a record past its time counts only once it is renewed", async () => {
  const { url } = await served();
  const a = await opened({ relays: [url] });
  const evil = await stranger(url);
  const [soul = ""] = await createTopics("test", undefined).presenceShards();
  const old = (letter: string) =>
    encodePresence({ peer: letter.repeat(52), addresses: [], expiresAt: Date.now() - 86_400_000 });
  evil.put(url, soul, [{ key: "gone", value: old("c"), state: 1 }]);
  evil.put(url, soul, [{ key: "slow clock", value: old("d"), state: 1 }]);
  const watching = sightings(a, (all) => peersOf(all).has("d".repeat(52)));
  const renewing = setInterval(() => {
    state += 1;
    evil.put(url, soul, [{ key: "slow clock", value: old("d"), state }]);
  }, 50);
  let state = 1;
  const seen = await watching;
  clearInterval(renewing);
  expect(peersOf(seen)).toEqual(new Set(["d".repeat(52)]));
});

test("a flood of records is heard in part, and discovery ends quietly when it is called off", async () => {
  const { url } = await served();
  const a = await opened({ relays: [url] });
  const evil = await stranger(url);
  const [soul = ""] = await createTopics("test", undefined).presenceShards();
  const abort = new AbortController();
  let count = 0;
  const watching = (async () => {
    for await (const _ of a.transport.discover({ signal: abort.signal })) count += 1;
  })();
  const value = encodePresence({ peer: "e".repeat(52), addresses: [], expiresAt: Date.now() + 60_000 });
  for (let index = 0; index < 3_000; index += 1) evil.put(url, soul, [{ key: `key ${index}`, value, state: 1 }]);
  await evil.keep(url, soul, { key: "done", value: null, state: 1 }, { signal: AbortSignal.timeout(5_000) });
  await expect.poll(() => count).toBeGreaterThan(0);
  abort.abort();
  await watching;
  expect(count).toBeLessThan(2_000);
});

test("what other transports announce is told along; what is over is told no longer", async () => {
  const { url } = await served();
  const [a, b] = [await opened({ relays: [url] }), await opened({ relays: [url] })];
  const other = { transport: "peerjs", value: "somewhere", rendezvous: "ws://signal" };
  const abort = new AbortController();
  const stale = { transport: "gun", value: "S".repeat(24) };
  void a.transport.announce({ peer: a.id, addresses: [other, stale] }, { signal: abort.signal });
  const seen = await sightings(b, (all) => all.at(-1)?.addresses.length === 2);
  expect(seen.at(-1)?.addresses).toEqual([...a.transport.addresses(), other]);
  abort.abort();
  const after = await sightings(b, (all) => all.at(-1)?.addresses.length === 1);
  expect(after.at(-1)?.addresses).toEqual(a.transport.addresses());
});

test("presence.announce: false is kept to, though the kernel announces", async () => {
  const server = await served();
  const quiet = await opened({ relays: [server.url], presence: { announce: false } });
  const b = await opened({ relays: [server.url] });
  const abort = new AbortController();
  void quiet.transport.announce({ peer: quiet.id, addresses: [] }, { signal: abort.signal });
  const nobody: Sighting[] = [];
  for await (const sighting of b.transport.discover({ signal: AbortSignal.timeout(200) })) nobody.push(sighting);
  abort.abort();
  expect(nobody).toEqual([]);
});

test("a node that stops takes its record back", async () => {
  const server = await served();
  const a = await opened({ relays: [server.url] });
  await a.close();
  const b = await opened({ relays: [server.url], presence: { announce: false } });
  const nobody: Sighting[] = [];
  for await (const sighting of b.transport.discover({ signal: AbortSignal.timeout(200) })) nobody.push(sighting);
  expect(nobody).toEqual([]);
});

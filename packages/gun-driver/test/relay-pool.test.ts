import { afterEach, expect, test } from "vitest";
import { type GunClient, RelayPool } from "../src/index.ts";
import { dialNode, type GunRelay, openGunRelay } from "../src/relay/index.ts";
import { clock, random } from "./clock.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function relay(): Promise<GunRelay> {
  const made = await openGunRelay({ clock, random, port: 0 });
  undo.push(() => made.close());
  return made;
}

/** Users of one pool, each with the relays it names, linked. */
async function users(pool: RelayPool, ...named: readonly (readonly string[])[]): Promise<GunClient[]> {
  const clients = named.map((relays) => pool.client({ relays, clock, random, dial: dialNode }));
  undo.push(() => Promise.all(clients.map((client) => client.close())));
  for (const client of clients) client.open();
  await expect.poll(() => clients.every((client) => client.relays().every(({ up }) => up))).toBe(true);
  return clients;
}

test("two who name a relay have one socket to it, and each is told what it asked for, once", async () => {
  const server = await relay();
  const [one, other] = await users(new RelayPool(), [server.url], [server.url]);
  expect(server.stats().connections).toBe(1);
  const heard: string[] = [];
  one?.subscribe("soul", ({ key }) => heard.push(`one ${key}`));
  expect(other?.put(server.url, "soul", [{ key: "a", value: "1", state: 1 }])).toBe(true);
  // A put is not given back to who made it; the second asks for what lies there, and so hears it.
  other?.subscribe("soul", ({ key }) => heard.push(`other ${key}`));
  await expect.poll(() => [...heard].sort()).toEqual(["one a", "other a"]);
});

test("the last who lets go of a relay ends its link; who closed hears and puts no more", async () => {
  const server = await relay();
  const pool = new RelayPool();
  const [one, other] = await users(pool, [server.url], [server.url]);
  const heard: string[] = [];
  one?.subscribe("soul", ({ key }) => heard.push(`one ${key}`));
  other?.subscribe("soul", ({ key }) => heard.push(`other ${key}`));
  await one?.close();
  expect(one?.put(server.url, "soul", [{ key: "a", value: "1", state: 1 }])).toBe(false);
  expect([server.stats().connections, one?.isUp(server.url), other?.isUp(server.url)]).toEqual([1, false, true]);
  const [third] = await users(new RelayPool(), [server.url]);
  third?.put(server.url, "soul", [{ key: "b", value: "1", state: 1 }]);
  await expect.poll(() => heard).toEqual(["other b"]);
  await third?.close();
  await other?.close();
  expect(pool.relays()).toEqual([]);
  await expect.poll(() => server.stats().connections).toBe(0);
  // And again.
  one?.open();
  await expect.poll(() => one?.isUp(server.url)).toBe(true);
});

test("a user is told of its own relays alone", async () => {
  const [first, second] = [await relay(), await relay()];
  const [one] = await users(new RelayPool(), [first.url], [first.url, second.url]);
  expect(one?.relays().map(({ url }) => url)).toEqual([first.url]);
  const told: string[] = [];
  one?.onRelay(({ url }) => told.push(url));
  expect([one?.isUp(second.url), one?.put(second.url, "soul", [{ key: "a", value: "1", state: 1 }])]).toEqual([
    false,
    false,
  ]);
  await second.close();
  await first.close();
  await expect.poll(() => told.length).toBeGreaterThan(0);
  expect(new Set(told)).toEqual(new Set([first.url]));
});

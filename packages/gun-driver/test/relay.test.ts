import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createGunClient, type GunClient, type GunItem } from "../src/index.ts";
import { dialNode, type GunRelay, type GunRelayOptions, openGunRelay } from "../src/relay/index.ts";
import { clock, random } from "./clock.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function relay(options: Partial<GunRelayOptions> = {}): Promise<GunRelay> {
  const started = await openGunRelay({ clock, random, port: 0, ...options });
  undo.push(() => started.close());
  return started;
}

async function client(...relays: readonly string[]): Promise<GunClient> {
  const made = createGunClient({ relays, clock, random, dial: dialNode, backoff: { baseMs: 10, capMs: 50 } });
  undo.push(() => made.close());
  const up = new Promise<void>((resolve) => made.onRelay(() => made.relays().every((one) => one.up) && resolve()));
  made.open();
  await up;
  return made;
}

async function socket(url: string): Promise<WebSocket> {
  const made = new WebSocket(url);
  made.on("error", () => undefined);
  await new Promise((resolve) => made.once("open", resolve).once("close", resolve));
  undo.push(async () => made.terminate());
  return made;
}

/** Hears a soul; `until` resolves with the items once there are so many. */
function hear(at: GunClient, soul: string) {
  const items: GunItem[] = [];
  let wake = () => {};
  at.subscribe(soul, (item) => {
    items.push(item);
    wake();
  });
  const until = (count: number) =>
    new Promise<readonly GunItem[]>((resolve) => {
      wake = () => items.length >= count && resolve(items);
      wake();
    });
  return { items, until };
}

const item = (key: string, value: string | null = "v", state = 1) => ({ key, value, state });

/** Resolves when the relay has done all that was sent before. */
async function settled(at: GunClient, url: string): Promise<void> {
  await at.keep(url, "settled", item(String(Math.random())), { signal: AbortSignal.timeout(5_000) });
}

test("a put goes to those who asked for its soul, and to nobody else", async () => {
  const server = await relay();
  const [a, b, c] = [await client(server.url), await client(server.url), await client(server.url)];
  const heard = hear(b, "mine");
  hear(c, "another");
  await settled(b, server.url);
  a.put(server.url, "mine", [item("one"), item("two")]);
  expect((await heard.until(2)).map(({ key }) => key)).toEqual(["one", "two"]);
  await settled(c, server.url);
  expect(c.stats).toEqual({ received: 0, rejected: 0, foreign: 0, errors: 0 });
  expect(server.stats().routed).toBe(1);
});

test("who asks later gets what is kept, each key once, and no tombstones", async () => {
  const server = await relay();
  const a = await client(server.url);
  const big = "x".repeat(30_000);
  for (let index = 0; index < 12; index += 1) a.put(server.url, "soul", [item(`key ${index}`, big)]);
  a.put(server.url, "soul", [item("key 0", null, 2)]);
  await settled(a, server.url);
  const b = await client(server.url);
  const { items, until } = hear(b, "soul");
  await until(11);
  await settled(b, server.url);
  expect(new Set(items.map(({ key }) => key)).size).toBe(11);
  expect(items).toHaveLength(11);
});

test("who asks for thousands of small keys gets them all", async () => {
  const server = await relay();
  const a = await client(server.url);
  for (let index = 0; index < 3_000; index += 1) a.put(server.url, "soul", [item(`key ${index}`)]);
  await settled(a, server.url);
  const { items, until } = hear(await client(server.url), "soul");
  await until(3_000);
  expect(new Set(items.map(({ key }) => key)).size).toBe(3_000);
});

test("a key is gone after its time to live, a soul is bounded in keys, the relay in bytes", async () => {
  const short = await relay({ keyTtlMs: 100 });
  const a = await client(short.url);
  a.put(short.url, "soul", [item("key")]);
  await settled(a, short.url);
  expect(short.stats().keys).toBe(2);
  await expect.poll(() => short.stats(), { timeout: 4_000 }).toMatchObject({ keys: 0, souls: 0, bytes: 0 });

  const narrow = await relay({ maxKeysPerSoul: 10, maxBytes: 200_000 });
  const b = await client(narrow.url);
  for (let index = 0; index < 50; index += 1) b.put(narrow.url, "few", [item(`key ${index}`)]);
  await settled(b, narrow.url);
  expect(narrow.stats()).toMatchObject({ keys: 11, evicted: 40 });
  const late = hear(await client(narrow.url), "few");
  expect((await late.until(10)).map(({ key }) => key).sort()).toEqual(
    Array.from({ length: 10 }, (_, index) => `key ${index + 40}`),
  );
  for (let index = 0; index < 50; index += 1) b.put(narrow.url, `soul ${index}`, [item("key", "x".repeat(20_000))]);
  await settled(b, narrow.url);
  expect(narrow.stats().bytes).toBeLessThanOrEqual(200_000);
});

test("souls that are kept otherwise are", async () => {
  const server = await relay({
    keyTtlMs: 100,
    retentionOf: (soul) => (soul.startsWith("box") ? { ttlMs: 60_000, maxKeys: 2 } : undefined),
  });
  const a = await client(server.url);
  for (const key of ["one", "two", "three"]) a.put(server.url, "box", [item(key)]);
  await expect.poll(() => server.stats().keys, { timeout: 4_000 }).toBe(2);
});

test("a relay says that it keeps a put; one that goes away ends the wait", async () => {
  const server = await relay();
  const a = await client(server.url);
  await a.keep(server.url, "soul", item("key"), { signal: AbortSignal.timeout(2_000) });
  expect(server.stats().keys).toBe(1);
  await server.close();
  await expect(a.keep(server.url, "soul", item("key"), { signal: AbortSignal.timeout(2_000) })).rejects.toThrow("away");
});

test("a flood is read slowly and loses nothing", async () => {
  const server = await relay({ rates: { itemsPerSecond: 1_000 } });
  const [a, b] = [await client(server.url), await client(server.url)];
  const heard = hear(b, "soul");
  await settled(b, server.url);
  const startedAt = performance.now();
  for (let index = 0; index < 2_600; index += 1) a.put(server.url, "soul", [item(`key ${index}`)]);
  // The first may stand in what was read already when the rest began; the second is read after it.
  await settled(a, server.url);
  await settled(a, server.url);
  expect(performance.now() - startedAt).toBeGreaterThan(500);
  expect(await heard.until(2_600)).toHaveLength(2_600);
});

test("too many faults, a frame of over 64 KiB, binary, another path: the connection ends", async () => {
  const server = await relay();
  const faulty = await socket(server.url);
  for (let index = 0; index < 100; index += 1) faulty.send("{{{");
  expect((await once(faulty, "close"))[0]).toBe(1008);
  const large = await socket(server.url);
  large.send("x".repeat(70_000));
  expect((await once(large, "close"))[0]).toBe(1009);
  const binary = await socket(server.url);
  for (let index = 0; index < 100; index += 1) binary.send(new Uint8Array(8));
  expect((await once(binary, "close"))[0]).toBe(1008);
  const elsewhere = await socket(server.url.replace("/gun", "/other"));
  expect(elsewhere.readyState).not.toBe(WebSocket.OPEN);
});

test("connections are bounded, in all and by remote; what is turned away is counted", async () => {
  const server = await relay({ maxConnectionsPerRemote: 3 });
  const sockets = await Promise.all(Array.from({ length: 5 }, () => socket(server.url)));
  expect(sockets.filter((one) => one.readyState === WebSocket.OPEN)).toHaveLength(3);
  expect(server.stats()).toMatchObject({ connections: 3, refused: 2 });
});

test("one who sends a request byte by byte is cut off", async () => {
  const server = await relay();
  const raw = connect(server.port, "127.0.0.1");
  raw.on("error", () => undefined);
  await once(raw, "connect");
  raw.write("GET /gun HTTP/1.1\r\n");
  await once(raw.resume(), "close");
}, 12_000);

test("a client finds a relay that comes back, and asks again for its souls", async () => {
  const first = await openGunRelay({ clock, random, port: 0 });
  const [a, b] = [await client(first.url), await client(first.url)];
  const heard = hear(b, "soul");
  await first.close();
  await expect.poll(() => a.isUp(first.url) || b.isUp(first.url)).toBe(false);
  expect(a.put(first.url, "soul", [item("lost")])).toBe(false);
  await relay({ port: first.port });
  await expect.poll(() => a.isUp(first.url) && b.isUp(first.url)).toBe(true);
  await settled(b, first.url);
  a.put(first.url, "soul", [item("key")]);
  expect((await heard.until(1))[0]).toEqual({ soul: "soul", key: "key", value: "v", state: 1, relay: first.url });
});

test("a listener that throws keeps nothing from the others", async () => {
  const server = await relay();
  const [a, b] = [await client(server.url), await client(server.url)];
  b.subscribe("soul", () => {
    throw new Error("thrown by a listener");
  });
  const heard = hear(b, "soul");
  await settled(b, server.url);
  a.put(server.url, "soul", [item("one"), item("two"), item("three")]);
  await heard.until(3);
  expect(b.stats.errors).toBe(3);
});

test("what is no relay's URL is refused; a port that is taken rejects", async () => {
  expect(() => createGunClient({ relays: ["nonsense"], clock, random })).toThrow(TypeError);
  expect(() => createGunClient({ relays: ["ftp://127.0.0.1/gun"], clock, random })).toThrow(TypeError);
  await expect(openGunRelay({ clock, random, port: 0, peers: ["nonsense"] })).rejects.toThrow(TypeError);
  const server = await relay();
  await expect(openGunRelay({ clock, random, port: server.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

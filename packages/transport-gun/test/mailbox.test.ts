import { randomBytes } from "node:crypto";
import { createGunClient, type GunClient, type GunItem } from "@swarm-space/gun-driver";
import { dialNode, type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import {
  createTopics,
  decodeLetterValue,
  decodePresence,
  encodeLetterValue,
  encodePresence,
  expiryOf,
  gunMailboxes,
  maxLetterBytes,
} from "@swarm-space/gun-driver/road";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { clock, never, peerId, random, untilState } from "../../../tests/support/transport-ends.ts";
import { makeNode, type Node } from "./nodes.ts";
import { startStockRelay } from "./processes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function relay(port = 0): Promise<GunRelay> {
  const server = await openGunRelay({ clock, random, port, mailboxes: gunMailboxes() });
  undo.push(() => server.close());
  return server;
}

async function opened(relays: readonly string[], id = peerId()): Promise<Node> {
  const node = makeNode({ relays: [...relays] }, id);
  undo.push(() => node.close());
  await node.open();
  return node;
}

/** Collects as the kernel does. `refuse`: how often each letter is refused first. */
function collect(node: Node, refuse = 0) {
  const abort = new AbortController();
  const calls: string[] = [];
  const taken: string[] = [];
  const ended = node.transport.collect(
    async (letter) => {
      const text = Buffer.from(letter).toString();
      calls.push(text);
      await Promise.resolve();
      if (calls.filter((each) => each === text).length <= refuse) throw new Error("not now");
      taken.push(text);
    },
    { signal: abort.signal },
  );
  undo.push(async () => abort.abort());
  return { calls, taken, ended, abort: () => abort.abort() };
}

/** Who may write anything. */
async function stranger(...relays: readonly string[]): Promise<GunClient> {
  const client = createGunClient({ relays, clock, random, dial: dialNode });
  undo.push(() => client.close());
  const up = new Promise<void>((resolve) => client.onRelay(() => client.relays().every((one) => one.up) && resolve()));
  client.open();
  await up;
  return client;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const leave = (node: Node, to: Node | string, text: string, name?: string) =>
  node.transport.deposit(typeof to === "string" ? to : to.id, bytes(text), 60_000, { signal: never, name });

test("a letter waits for who is away, is given once, and is gone from the relay once it was taken", async () => {
  const server = await relay();
  const [a, id] = [await opened([server.url]), peerId()];
  await leave(a, id, "one");
  await leave(a, id, "two");
  expect(server.stats().letters).toBe(2);
  const b = await opened([server.url], id);
  const mail = collect(b);
  await expect.poll(() => mail.taken.toSorted()).toEqual(["one", "two"]);
  await leave(a, b, "three");
  await expect.poll(() => server.stats().letters).toBe(0);
  expect(mail.calls.toSorted()).toEqual(["one", "three", "two"]);
  mail.abort();
  await mail.ended;
  await leave(a, b, "four");
  expect(server.stats().letters).toBe(1);
});

test("a letter that is refused stays, and is given again later", async () => {
  const server = await relay();
  const [a, b] = [await opened([server.url]), await opened([server.url])];
  const mail = collect(b, 1);
  await leave(a, b, "stubborn");
  await expect.poll(() => mail.calls.length).toBe(1);
  expect(server.stats().letters).toBe(1);
  await expect.poll(() => mail.taken, { timeout: 4_000 }).toEqual(["stubborn"]);
  await expect.poll(() => server.stats().letters).toBe(0);
  expect(mail.calls).toEqual(["stubborn", "stubborn"]);
});

test("by two relays each letter comes once and is ended on both; with one away it is ended there when it is back", async () => {
  const [one, two] = [await relay(), await relay()];
  const [a, id] = [await opened([one.url, two.url]), peerId()];
  await untilState(a, "ready");
  await leave(a, id, "twice kept");
  await expect.poll(() => [one.stats().letters, two.stats().letters]).toEqual([1, 1]);
  const b = await opened([one.url, two.url], id);
  const mail = collect(b);
  await expect.poll(() => [one.stats().letters, two.stats().letters]).toEqual([0, 0]);
  expect(mail.calls).toEqual(["twice kept"]);
  await one.close();
  await untilState(a, "degraded");
  await leave(a, b, "kept by one");
  await expect.poll(() => mail.taken.length).toBe(2);
});

test("a letter that is replayed at another relay is given no second time, and is ended there too", async () => {
  const [one, two] = [await relay(), await relay()];
  const [a, b] = [await opened([one.url]), await opened([one.url, two.url])];
  await untilState(b, "ready");
  const soul = await createTopics("test", undefined).mailboxOf(b.id);
  const evil = await stranger(one.url, two.url);
  const seen = new Promise<GunItem>((resolve) => evil.subscribe(soul, resolve));
  await leave(a, b, "replayed");
  const { key, value, state } = await seen;
  const mail = collect(b);
  await expect.poll(() => one.stats().letters).toBe(0);
  await evil.keep(two.url, soul, { key, value, state }, { signal: never });
  await expect.poll(() => two.stats().letters).toBe(0);
  expect(two.stats()).toMatchObject({ refusedLetters: 0 });
  expect(mail.calls).toEqual(["replayed"]);
});

test("a named letter takes the place of the one before it", async () => {
  const server = await relay();
  const [a, id] = [await opened([server.url]), peerId()];
  for (let times = 0; times < 3; times += 1) await leave(a, id, "again", "same-name");
  await leave(a, id, "another", "other-name");
  expect(server.stats().letters).toBe(2);
  const mail = collect(await opened([server.url], id));
  await expect.poll(() => mail.calls.toSorted()).toEqual(["again", "another"]);
});

test("no relay up, a relay that goes away, a mailbox that is full, an abort: each is told by its code", async () => {
  const server = await openGunRelay({
    clock,
    random,
    port: 0,
    mailboxes: { ...gunMailboxes(), perMailbox: { letters: 4, bytes: 100_000 } },
  });
  undo.push(() => server.close());
  const a = makeNode({ relays: [server.url] });
  undo.push(() => a.close());
  await expect(leave(a, peerId(), "closed")).rejects.toMatchObject({ code: "TRANSPORT_UNAVAILABLE" });
  await a.open();
  const id = peerId();
  await leave(a, id, "one");
  await expect(leave(a, id, "two")).rejects.toMatchObject({
    code: "MAILBOX_REFUSED",
    detail: { relays: [{ relay: server.url, reason: "SHARE_FULL" }] },
  });
  const reason = new Error("called off");
  const signal = AbortSignal.abort(reason);
  await expect(a.transport.deposit(id, bytes("x"), 1_000, { signal })).rejects.toBe(reason);
  await server.close();
  await untilState(a, "error");
  await expect(leave(a, id, "three")).rejects.toMatchObject({ code: "TRANSPORT_UNAVAILABLE" });
});

test("nonsense is refused at the door; strangers' nonsense in a mailbox is swept away and harms nothing", async () => {
  const server = await relay();
  const [a, b] = [await opened([server.url]), await opened([server.url])];
  const put = (to: string, letter: Uint8Array, ttlMs: number, name?: string) =>
    a.transport.deposit(to, letter, ttlMs, { signal: never, name });
  const one = bytes("x");
  for (const to of ["", "__proto__", "1".repeat(52), `${"a".repeat(51)}1`]) {
    await expect(put(to, one, 1_000)).rejects.toMatchObject({ code: "OPTION_INVALID", detail: { path: "to" } });
  }
  for (const ttlMs of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY]) {
    await expect(put(b.id, one, ttlMs)).rejects.toMatchObject({ code: "OPTION_INVALID", detail: { path: "ttlMs" } });
  }
  for (const name of ["", "__proto__\0", "x".repeat(65), "space in it"]) {
    await expect(put(b.id, one, 1_000, name)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  }
  await expect(put(b.id, new Uint8Array(), 1_000)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await expect(put(b.id, new Uint8Array(maxLetterBytes + 1), 1_000)).rejects.toMatchObject({
    code: "LETTER_TOO_LARGE",
  });
  const evil = await stranger(server.url);
  const soul = await createTopics("test", undefined).mailboxOf(b.id);
  const forms = ["", ".", "zz", "{}", "%.AAAA", "zzzzzzzzz.AAAA", "zzzzzzzz.*", "0.AAAA", "zzzzzzzz."];
  for (const [index, value] of forms.entries()) {
    await evil.keep(server.url, soul, { key: `key ${index}`, value, state: 1 }, { signal: never });
  }
  const mail = collect(b);
  await leave(a, b, "honest");
  await expect.poll(() => mail.taken).toEqual(["honest"]);
  await expect.poll(() => server.stats().letters).toBe(0);
  expect(mail.calls).toEqual(["honest"]);
});

test("more letters than are held at a time all come, each once", async () => {
  const server = await openGunRelay({
    clock,
    random,
    port: 0,
    mailboxes: { ...gunMailboxes(), perMailbox: { letters: 8_192, bytes: 4 * 1_048_576 } },
  });
  undo.push(() => server.close());
  const [a, id] = [await opened([server.url]), peerId()];
  for (let round = 0; round < 15; round += 1) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => leave(a, id, `letter ${round} ${index}`)));
  }
  const mail = collect(await opened([server.url], id));
  await expect.poll(() => mail.taken.length, { timeout: 10_000 }).toBe(1_500);
  await expect.poll(() => server.stats().letters, { timeout: 5_000 }).toBe(0);
  expect(new Set(mail.calls).size).toBe(1_500);
  expect(mail.calls).toHaveLength(1_500);
});

test.each(["plain", "axe"] as const)("an unmodified Gun server keeps letters too, %s", async (kind) => {
  const stock = await startStockRelay(kind);
  undo.push(() => stock.kill());
  const [a, id] = [await opened([stock.url]), peerId()];
  const large = randomBytes(maxLetterBytes).toString("base64url").slice(0, maxLetterBytes);
  await leave(a, id, large);
  await leave(a, id, "small");
  const mail = collect(await opened([stock.url], id));
  await expect.poll(() => mail.taken.toSorted(), { timeout: 5_000 }).toEqual([large, "small"].toSorted());
  expect(mail.calls).toHaveLength(2);
});

test("a Gun server without storage never says that it keeps a letter, though who asks while it runs is given it", async () => {
  const stock = await startStockRelay("bare");
  undo.push(() => stock.kill());
  const a = makeNode({ relays: [stock.url], depositTimeoutMs: 300 });
  undo.push(() => a.close());
  await a.open();
  const id = peerId();
  await expect(leave(a, id, "in memory alone")).rejects.toMatchObject({
    code: "MAILBOX_SILENT",
    detail: { relays: [{ relay: stock.url, reason: "SILENT" }] },
  });
  const mail = collect(await opened([stock.url], id));
  await expect.poll(() => mail.taken, { timeout: 5_000 }).toEqual(["in memory alone"]);
});

test("a letter's value: what was written is read, anything else is undefined", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
      fc.integer({ min: 0, max: 4e12 }),
      (letter, until) => {
        const value = encodeLetterValue(letter, until);
        const read = decodeLetterValue(value);
        expect(read?.letter).toEqual(letter);
        expect((read?.expiresAt ?? 0) - until).toBeGreaterThanOrEqual(0);
        expect((read?.expiresAt ?? 0) - until).toBeLessThan(60_000);
        expect(expiryOf(value)).toBe(read?.expiresAt);
      },
    ),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const read = decodeLetterValue(text);
      if (read) expect(read.letter.length).toBeGreaterThan(0);
    }),
  );
  expect(encodeLetterValue(new Uint8Array(maxLetterBytes), 4e12).length).toBeLessThanOrEqual(24_576);
});

test("a presence record carries the letter key card, of at most 512 bytes, to those who look", async () => {
  const record = { peer: "a".repeat(52), addresses: [], expiresAt: 1 };
  const card = new Uint8Array(512).fill(7);
  expect(decodePresence(encodePresence({ ...record, card }))?.card).toEqual(card);
  expect(decodePresence(encodePresence({ ...record, card: new Uint8Array(513) }))).toEqual(record);
  for (const c of [1, "", "*", "A".repeat(685), null, {}]) {
    const read = decodePresence(JSON.stringify({ v: 1, p: record.peer, a: [], x: 1, c }));
    expect(read === undefined || read.card === undefined).toBe(true);
  }
  const server = await relay();
  const [a, b] = [await opened([server.url]), await opened([server.url])];
  void a.transport.announce({ peer: a.id, addresses: [], card }, { signal: AbortSignal.timeout(5_000) });
  for await (const sighting of b.transport.discover({ signal: AbortSignal.timeout(5_000) })) {
    if (!sighting.card) continue;
    expect(sighting).toMatchObject({ peer: a.id, source: "gun" });
    expect(sighting.card).toEqual(card);
    return;
  }
  throw new Error("no card was sighted");
});

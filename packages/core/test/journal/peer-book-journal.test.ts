import { encode } from "cborg";
import fc from "fast-check";
import { expect, test } from "vitest";
import { storedPeers } from "../../src/connecting/peer-book-journal.ts";
import { HandClock } from "../hand-clock.ts";
import { durableStore, keysOf, unexpected } from "./durable-store.ts";

const day = 86_400_000;
const idOf = (n: number) =>
  `${"abcdefgh".charAt(n % 8)}${"234567ab".charAt((n >> 3) % 8)}${"cdefghij".charAt(n >> 6)}`.padEnd(52, "a");
const address = { transport: "gun", value: "soul", rendezvous: "http://127.0.0.1:1/gun" };

test("peers come back with their addresses, the longest unseen first", async () => {
  const store = durableStore();
  const clock = new HandClock();
  const peers = storedPeers(store, clock, unexpected);
  peers.keep(idOf(2), [address], "guest");
  await clock.advance(1_000);
  peers.keep(idOf(1), [{ transport: "tcp", value: "127.0.0.1:1" }], "anchor");
  await peers.flush();
  expect(
    (await storedPeers(store, clock, unexpected).load()).map(({ peer, addresses }) => ({ peer, addresses })),
  ).toEqual([
    { peer: idOf(2), addresses: [address] },
    { peer: idOf(1), addresses: [{ transport: "tcp", value: "127.0.0.1:1" }] },
  ]);
});

test("no more than 256 are kept, and none that was away for a month", async () => {
  const store = durableStore();
  const clock = new HandClock();
  const peers = storedPeers(store, clock, unexpected);
  for (let n = 0; n < 300; n++) {
    peers.keep(idOf(n), [address], "anchor");
    await clock.advance(100);
  }
  await peers.flush();
  expect(await keysOf(store, "peers")).toHaveLength(256);
  expect((await storedPeers(store, clock, unexpected).load()).map(({ peer }) => peer)).toEqual(
    Array.from({ length: 256 }, (_, n) => idOf(n + 44)),
  );
  await clock.advance(31 * day);
  const later = storedPeers(store, clock, unexpected);
  expect(await later.load()).toEqual([]);
  await later.flush();
  expect(await keysOf(store, "peers")).toEqual([]);
});

test("256 and more that came by themselves drive out nobody that this node dialled, and take a quarter of the places", async () => {
  const store = durableStore();
  const clock = new HandClock();
  const first = storedPeers(store, clock, unexpected);
  for (let n = 0; n < 10; n++) first.keep(idOf(n), [address], "anchor");
  first.keep(idOf(10), [address], "guest");
  first.keep(idOf(10), [address], "anchor");
  first.keep(idOf(3), [address], "guest");
  await first.flush();
  const peers = storedPeers(store, clock, unexpected);
  await peers.load();
  expect([peers.isAnchor(idOf(3)), peers.isAnchor(idOf(10)), peers.isAnchor(idOf(11))]).toEqual([true, true, false]);
  for (let n = 100; n < 400; n++) peers.keep(idOf(n), [address], "guest");
  await peers.flush();
  const kept = await keysOf(store, "peers");
  expect(kept).toHaveLength(11 + 64);
  for (let n = 0; n <= 10; n++) expect(kept).toContain(idOf(n));
  for (let n = 100; n < 400; n++) peers.keep(idOf(n), [address], "anchor");
  peers.keep(idOf(450), [address], "guest");
  await peers.flush();
  expect(new Set(await keysOf(store, "peers"))).toEqual(new Set(Array.from({ length: 256 }, (_, n) => idOf(n + 144))));
});

test("whatever stands in the store, a start reads it, and what cannot be read is removed", async () => {
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.jsonValue().map((json) => encode(json)),
    fc.tuple(fc.double(), fc.array(fc.array(fc.string(), { maxLength: 4 }))).map((row) => encode(row)),
  );
  const key = fc.oneof(fc.string(), fc.nat(500).map(idOf));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 8 }), async (rows) => {
      const store = durableStore();
      for (const [each, content] of Object.entries(rows)) await store.namespace("peers").put(each, content);
      const peers = storedPeers(store, new HandClock(), unexpected);
      const found = await peers.load();
      await peers.flush();
      expect(new Set(await keysOf(store, "peers"))).toEqual(new Set(found.map(({ peer }) => peer)));
    }),
    { numRuns: 200 },
  );
});

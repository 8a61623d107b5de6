import { memoryStore, SwarmError } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { poolDonate } from "../src/ledger/index.ts";
import { RecentlyRefused } from "../src/pool/recently-refused.ts";
import { kernelChainStore } from "../src/store/kernel-chain-store.ts";
import { findByShortIds, packShortIds } from "../src/sync/short-ids.ts";
import { personOf, playRules, writeTransaction } from "./support/chain-play.ts";
import { openNode } from "./support/node-play.ts";

const rules = playRules({ allocations: [{ account: personOf(1).account, amount: 100n }] });
const gift = (nonce: bigint) =>
  writeTransaction(rules, personOf(1), poolDonate, { amount: 1n }, { nonce, unsigned: true });

test("what was refused for the state may be tried on the next; a bad signature stays one", () => {
  const refused = new RecentlyRefused();
  refused.add("passing", 1_000);
  refused.add("for ever", Number.POSITIVE_INFINITY);
  refused.forgetPassing();
  expect([refused.has("passing", 0), refused.has("for ever", 0)]).toEqual([false, true]);
});

test("an own transaction is flushed before it counts as taken, another's need not be", async () => {
  const flushed: boolean[] = [];
  const store = watchedStore(memoryStore(), async (_operations, _index, { durable }) => void flushed.push(durable));
  const { putPooled } = kernelChainStore(store, rules.genesis.block.id);
  await putPooled([{ ...gift(0n), isLocal: true }], []);
  await putPooled([{ ...gift(1n), isLocal: false }], []);
  expect(flushed).toEqual([true, false]);
});

test("a body is put together of what waits, in the block's order; of one that is missing nothing is made", () => {
  const [one, two, three] = [gift(0n), gift(1n), gift(2n)];
  const short = packShortIds([two, one]);
  expect(short.length).toBe(16);
  expect(findByShortIds(short, [one, two, three])).toEqual([two, one]);
  expect(findByShortIds(short, [one, three])).toBeUndefined();
  expect(findByShortIds(packShortIds([]), [])).toEqual([]);
});

test("an own transaction that the medium refuses is refused, and nobody hears of it: its nonce is the next one's", async () => {
  let isFull = true;
  const store = watchedStore(memoryStore(), async (operations) => {
    if (isFull && operations.some(({ namespace }) => namespace === "transactionPool"))
      throw new SwarmError("STORE_FULL", "no room");
  });
  const { room, pool, events } = await openNode(rules, store);
  const own = gift(0n);
  expect(await room.submit(own, true)).toMatchObject({ code: "INTERNAL", reason: "STORE_FULL" });
  expect([pool.all(), events]).toEqual([[], []]);
  expect(pool.nextNonce(room.base, personOf(1).account)).toBe(0n);
  isFull = false;
  expect(await room.submit(own, true)).toEqual({ ok: true });
  expect((await openNode(rules, store)).pool.get(own.id)?.isLocal).toBe(true);
  // What another node has told of is not lost with this one: it waits here without its copy.
  isFull = true;
  expect(await room.submit(gift(1n), false)).toEqual({ ok: true });
  expect(events.map(({ name }) => name)).toEqual(["tx:accepted", "pool:unsaved", "tx:accepted"]);
});

import { memoryStore } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { poolDonate } from "../src/ledger/index.ts";
import { RecentlyRefused } from "../src/pool/recently-refused.ts";
import { kernelChainStore } from "../src/store/kernel-chain-store.ts";
import { findByShortIds, packShortIds } from "../src/sync/short-ids.ts";
import { personOf, playRules, writeTransaction } from "./support/chain-play.ts";

const rules = playRules();
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

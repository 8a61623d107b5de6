import { memoryStore, type Store } from "@swarm-space/core";
import { expect, test } from "vitest";
import { nameDescription } from "../src/hashing/description-id.ts";
import { type Slot, slots, type Token, writeSlot } from "../src/ledger/kept-values.ts";
import { DescriptionRoom } from "../src/live/description-room.ts";
import { kernelDescriptionStore } from "../src/store/description-store.ts";
import { trusting } from "./support/chain-play.ts";

const most = 64;
const hashOf = (at: number) => at.toString(16).padStart(64, "0");

/** A state of tokens, one for each account of the same number, deployed in that order; and a room on it. */
async function crowd(count: number, store: Store = memoryStore()) {
  const chainId = "ab".repeat(32);
  const values = new Map<string, Uint8Array>();
  const book = {
    get: (key: string) => values.get(key),
    put: (key: string, value: Uint8Array | undefined) => void (value && values.set(key, value)),
  };
  const write = <Value>(slot: Slot<Value>, value: Value) => writeSlot(book, slot, value);
  const deploy = (at: number) => {
    const token: Token = {
      owner: hashOf(at),
      ticker: "ABC",
      name: "",
      supply: 100n,
      maxSupply: 100n,
      metaHash: hashOf(0),
      deployedAt: at + 1,
      closedAt: 0,
    };
    write(slots.token(hashOf(at)), token);
  };
  for (let at = 0; at < count; at += 1) deploy(at);
  // A view does not change while it is held: another block, another view.
  let state = { get: book.get };
  const give = (at: number, total: bigint) => {
    write(slots.contribution(hashOf(at)), { total });
    state = { get: book.get };
  };
  const room = new DescriptionRoom({
    chainId,
    store: kernelDescriptionStore(store),
    verifier: trusting,
    state: () => state,
    now: () => 0,
    most,
    tell: () => {},
  });
  await room.open();
  const take = async (at: number) => {
    const named = nameDescription({
      chainId,
      token: hashOf(at),
      seq: 1n,
      bytes: new Uint8Array(8),
      signature: new Uint8Array(64),
    });
    const verdict = await room.take(named, false);
    return verdict.ok ? "ok" : verdict.code;
  };
  const kept = () => new Set(room.marks().map(({ token }) => Number.parseInt(token, 16)));
  return { room, take, give, kept, store };
}

test("a crowd of tokens of no cost keeps nobody's description out who gave to the pool: the youngest goes, from the medium too", async () => {
  const { take, give, kept, store } = await crowd(most + 2);
  for (let at = 0; at < most; at += 1) expect(await take(at)).toBe("ok");
  expect(await take(most)).toBe("DESCRIPTION_FULL");
  give(most, 1n);
  expect(await take(most)).toBe("ok");
  expect([kept().size, kept().has(most), kept().has(most - 1)]).toEqual([most, true, false]);
  expect(await store.namespace("tokenMeta").get(hashOf(most - 1))).toBeUndefined();
  // Nobody is put out by one that gave no more.
  give(most + 1, 0n);
  expect(await take(most + 1)).toBe("DESCRIPTION_FULL");
  const again = await crowd(most + 2, store);
  expect(again.kept()).toEqual(kept());
});

test("what all keep does not hang on the order in which it came", async () => {
  const [one, other] = [await crowd(most + 40), await crowd(most + 40)];
  for (const { give } of [one, other]) for (let at = 0; at < 30; at += 1) give(3 * at, BigInt(1 + (at % 3)));
  const all = Array.from({ length: most + 40 }, (_, at) => at);
  for (const at of all) await one.take(at);
  for (const at of all.toReversed()) await other.take(at);
  expect(other.kept()).toEqual(one.kept());
  expect(other.room.fingerprint()).toEqual(one.room.fingerprint());
});

test("where the medium refuses, the one that was to go stays", async () => {
  const store = memoryStore();
  const { take, give, kept } = await crowd(most + 1, store);
  for (let at = 0; at < most; at += 1) await take(at);
  const before = kept();
  give(most, 1n);
  store.batch = () => Promise.reject(new Error("full"));
  expect(await take(most)).toBe("INTERNAL");
  expect(kept()).toEqual(before);
});

import { createSwarm, memoryStore } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getBlockchainSync } from "../src/index.ts";
import { channelName } from "../src/sync/wire.ts";
import { SyncPlay, tipsOf } from "./support/sync-play.ts";

const coin = 100_000_000n;
let play: SyncPlay;
beforeEach(() => {
  play = new SyncPlay();
});
afterEach(() => play.close());

const together = () => tipsOf(play.members).size === 1;
const connected = (count: number) => () => play.members.every(({ swarm }) => swarm.peers().length >= count);

describe("getBlockchainSync", () => {
  test("called bare, or without the plugin, says what to do", async () => {
    expect(() => getBlockchainSync(undefined as never)).toThrow(expect.objectContaining({ code: "CHAIN_NO_SWARM" }));
    await using swarm = await createSwarm();
    expect(() => getBlockchainSync(swarm)).toThrow(expect.objectContaining({ code: "CHAIN_NOT_INSTALLED" }));
  });

  test("the seed's stats: running, every two minutes", async () => {
    const { chain } = await play.join();
    expect(chain.getStats()).toMatchObject({ isRunning: true, interval: 120_000, height: 0, state: "live" });
    await chain.stop();
    await chain.stop();
    expect(chain.getStats()).toMatchObject({ isRunning: false, state: "stopped" });
    await chain.start();
    await chain.start();
    expect(chain.getStats().isRunning).toBe(true);
  });
});

test("a node without a durable store is told that its chain ends with the process", async () => {
  const forgetful = await play.join();
  expect(forgetful.chain.getStats().isKept).toBe(false);
  expect(forgetful.warnings).toEqual(["CHAIN_NOT_KEPT"]);
  const kept = await play.join({ store: { ...watchedStore(memoryStore(), async () => undefined), durable: true } });
  expect(kept.chain.getStats().isKept).toBe(true);
  expect(kept.warnings).toEqual([]);
});

describe("23. nodes in step", () => {
  test("a block mined at one is at all others at once, over every connected transport", async () => {
    const roads = ["memory", "second"];
    const [one, two] = [await play.join({ roads }), await play.join({ roads })];
    const three = await play.join({ roads });
    const joined = () => play.members.every(({ swarm }) => swarm.peers().every((peer) => peer.transports.length === 2));
    await play.until(() => connected(2)() && joined());
    await play.clock.advance(2_000);
    const told = [two, three].map(({ swarm, chain }) => {
      const before = chain.getStats().perTransport;
      const doubles: string[] = [];
      swarm.on("message:duplicate", ({ from, channel, transport }) => {
        if (from === one.swarm.id && channel === channelName) doubles.push(transport);
      });
      /** By which transports the news came from the miner: the copy that was first, and those that came beside it. */
      return () => {
        const { perTransport } = chain.getStats();
        const first = roads.filter((road) => (perTransport[road]?.in ?? 0) > (before[road]?.in ?? 0));
        expect(doubles).toHaveLength(1);
        return [...first, ...doubles].sort();
      };
    });
    await play.mine(one);
    await play.until(() => together() && two.chain.getStats().height === 1, 5_000);
    expect(told.map((roadsOf) => roadsOf())).toEqual([roads, roads]);
    expect(one.chain.getStats().perTransport).toMatchObject({ memory: { out: 2 }, second: { out: 2 } });
  });

  test("news of a block and of a transaction comes by each connected transport, and is counted: first by one, again by the other", async () => {
    const roads = ["memory", "second"];
    const [one, two] = [await play.join({ roads }), await play.join({ roads })];
    await play.until(() => play.members.every(({ swarm }) => swarm.peers()[0]?.transports.length === 2));
    await play.mine(one);
    await play.until(() => together() && two.chain.getStats().height === 1, 5_000);
    await play.clock.advance(2_000);
    const counts = () => roads.map((road) => two.chain.getStats().perTransport[road] ?? { in: 0, doubles: 0, out: 0 });
    const brought = () => counts().map((count) => count.in + count.doubles);
    const before = brought();
    await play.settle(one.chain.donate(coin));
    await play.until(() => two.chain.getPending().length === 1, 5_000);
    await play.mine(one);
    await play.until(() => two.chain.getStats().height === 2, 5_000);
    await play.clock.advance(2_000);
    expect(brought()).toEqual(before.map((count) => count + 2));
  });

  test("who comes late fetches headers and bodies, and what it asks is answered with no more than that", async () => {
    const one = await play.join();
    await play.mine(one, 40);
    let moves = 0;
    const store = watchedStore(memoryStore(), async (operations) => {
      if (operations.some(({ namespace }) => namespace === "activeChain")) moves += 1;
    });
    const late = await play.join({ store });
    await play.until(() => together());
    expect(late.chain.getStats()).toMatchObject({ height: 40, blocksReceived: 40 });
    expect(moves, "the genesis, and of each answer of sixteen bodies one batch").toBe(4);
    expect(late.heard.some(({ name }) => name === "sync:progress")).toBe(true);
    const result = await play.settle(late.chain.triggerSync());
    expect(result).toMatchObject({ height: 40, headerHeight: 40, peers: 1, blocksReceived: 0 });
  });

  test("parted and healed, the chain of more work stands at all, and no transaction is lost", async () => {
    const [one, two] = [await play.join(), await play.join()];
    const [three, four] = [await play.join(), await play.join()];
    await play.until(connected(3));
    await play.mine(one, 2);
    await play.until(() => together());
    const parted = play.network.partition([
      [one.swarm.id, two.swarm.id],
      [three.swarm.id, four.swarm.id],
    ]);
    await play.settle(one.chain.donate(coin));
    await play.mine(one, 1);
    await play.mine(three, 3);
    await play.until(() => tipsOf([three, four]).size === 1);
    parted();
    await play.until(() => together(), 400_000);
    expect(one.chain.getStats().height).toBe(5);
    expect(one.chain.getStats().reorgs).toBe(1);
    await play.until(() => play.members.every(({ chain }) => chain.getPending().length === 1), 400_000);
    await play.mine(four);
    await play.until(() => together());
    for (const { chain } of play.members) expect(chain.getRewardPool().contributions).toBe(1n);
  });
});

describe("transactions", () => {
  test("submitted at one, mined at another: transfer, donation, token and its transfer", async () => {
    const one = await play.join();
    const two = await play.join();
    await play.mine(one);
    await play.until(() => together());
    const sent = play.settle(one.chain.transfer(two.swarm.id, 3n * coin, { fee: 10n }));
    await sent;
    await play.settle(one.chain.donate(2n * coin));
    await play.settle(one.chain.deployToken({ ticker: "ANNA", name: "Anna" }));
    await play.until(() => two.chain.getPending().length === 3);
    await play.mine(two);
    await play.until(() => together());
    const token = one.chain.getToken("ANNA") ?? expect.fail("no token");
    expect(token).toMatchObject({ owner: one.chain.account, supply: 100n });
    await play.settle(one.chain.transferToken(token.id, two.swarm.id, 7n));
    await play.mine(one);
    await play.until(() => together());
    expect(two.chain.getHolding(token.id)).toBe(7n);
    expect(two.chain.getBalance().balance).toBe(3n * coin + (95n * coin) / 2n + 10n);
    expect(two.chain.getRewardPool()).toEqual(one.chain.getRewardPool());
    expect(two.heard.some(({ name }) => name === "state:token")).toBe(true);
  });

  test("what the state forbids is refused with its verdict", async () => {
    const { chain } = await play.join();
    await expect(chain.transfer(chain.account, 1n)).rejects.toMatchObject({
      code: "CHAIN_TRANSACTION_REFUSED",
      detail: { verdict: "TRANSACTION_BALANCE" },
    });
  });
});

test("a chain in a store is there again, and only what is missing is fetched", async () => {
  const one = await play.join();
  await play.mine(one, 10);
  const store = memoryStore();
  const two = await play.join({ store });
  await play.until(() => together());
  await play.settle(two.swarm.stop());
  play.members.pop();
  await play.mine(one, 5);
  const again = await play.join({ store });
  await play.until(() => together());
  expect(again.chain.getStats()).toMatchObject({ height: 15, blocksReceived: 5 });
});

test("nodes of other parameters do not meet, and nobody is blamed", async () => {
  const one = await play.join();
  const other = await play.join({ options: { parameters: { blockTimeMs: 1_000 } } });
  await play.mine(one);
  await play.mine(other, 2);
  await play.clock.advance(130_000);
  expect(one.chain.getStats()).toMatchObject({ height: 1, banned: 0, peers: 0 });
  expect(one.chain.getStats().rejected["WRONG_CHAIN"]).toBeGreaterThan(0);
});

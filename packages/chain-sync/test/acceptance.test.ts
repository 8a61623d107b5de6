import { memoryStore, type Store } from "@swarm-space/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chainRules, encodeTransaction } from "../src/index.ts";
import { transfer } from "../src/ledger/index.ts";
import type { Block } from "../src/model/index.ts";
import { Branch, personOf, playRules, writeTransaction } from "./support/chain-play.ts";
import { anna, berta, carla, forgedEnd, lastOf, parameters } from "./support/input/scene.ts";
import { contentsOf, keptIds, openNode, storeOf } from "./support/node-play.ts";
import { type Member, SyncPlay, tipsOf } from "./support/sync-play.ts";
import { bodyOf, headersOf, packed, serving, tipOf } from "./support/sync-stage.ts";

/** The behaviours of ACCEPTANCE.md that a chain has, by its numbers, through the public API of whole nodes. */
let play: SyncPlay;
const together = () => tipsOf(play.members).size === 1;
const meet = (count: number) =>
  play.until(() => play.members.every(({ swarm }) => swarm.peers().length >= count), 20_000);

describe("23. a longer chain that breaks a rule is rejected, nothing of the state changes, its sender is scored", () => {
  const rules = playRules({
    network: "swarm-space",
    leastDifficulty: parameters.leastDifficulty,
    allocations: parameters.allocations.map(({ account, amount }) => ({ account, amount: BigInt(amount) })),
  });
  const store = memoryStore();
  let victim: Member;

  beforeAll(async () => {
    play = new SyncPlay();
    victim = await play.join({ options: { parameters }, store });
    await play.mine(victim, 3);
  });
  afterAll(() => play.close());

  type Spoil = (longer: readonly Block[]) => readonly Block[];
  const sealedBy =
    (byte: number): Spoil =>
    (longer) =>
      longer.map((each) => ({ ...each, sealed: { ...each.sealed, seal: new Uint8Array(64).fill(byte) } }));
  const withOtherBodies: Spoil = (longer) => {
    const o = { nonce: 0n, unsigned: true };
    const paid = writeTransaction(rules, anna, transfer, { to: carla.account, amount: 1n }, o);
    return longer.map((each) => ({ ...each, transactions: [paid] }));
  };
  const spoiled: readonly (readonly [string, string, Spoil])[] = [
    ["a bad hash", "HEADER_WORK", (longer) => forgedEnd(longer, {}, false)],
    ["a bad link", "HEADERS_NOT_CONTIGUOUS", (longer) => longer.filter((_, at) => at !== 2)],
    ["a bad Merkle root", "BODY_MISMATCH", withOtherBodies],
    ["another genesis", "HEADER_CHAIN", (longer) => forgedEnd(longer, { chainId: "ab".repeat(32) })],
    ["a bad seal", "HEADER_SEAL", sealedBy(1)],
    ["a lowered difficulty", "HEADER_DIFFICULTY", (longer) => forgedEnd(longer, { difficulty: 1 })],
    ["nothing bad, and it is adopted", "", (longer) => longer],
  ];

  test.each(spoiled.map((each, at) => [...each, at] as const))("%s", async (_what, code, spoil, at) => {
    const branch = new Branch(rules);
    // Each its own, so that none is half known from the one before.
    for (let height = 1; height <= 5; height += 1) await branch.grow(berta, [], 30_000 + at);
    const standing = async () => ({
      kept: (await contentsOf(store)).filter(({ namespace }) => namespace !== "headers"),
      tip: victim.chain.getStats().tip,
      pool: victim.chain.getRewardPool(),
      own: victim.chain.getBalance(),
    });
    const before = await standing();
    const teller = await play.joinLiar(serving(spoil(branch.blocks)));
    await play.until(() => victim.swarm.peers().length > 0);
    await play.settle(teller.channel.send(victim.swarm.id, tipOf(lastOf(branch.blocks))));
    const bans = () => victim.heard.filter(({ name }) => name === "peer:banned").map(({ detail }) => detail);
    await play.until(() => bans().length > 0 || victim.chain.getStats().tip === branch.tip.id);
    expect(bans()).toEqual(code === "" ? [] : [expect.objectContaining({ peer: teller.swarm.id, code })]);
    if (code !== "") expect(await standing()).toEqual(before);
    await play.settle(teller.swarm.stop());
    victim.heard.length = 0;
  });
});

describe("nodes in memory", () => {
  beforeEach(() => {
    play = new SyncPlay();
  });
  afterEach(() => play.close());

  test("24. a longer valid chain is adopted: its transactions leave the pool, valid ones of the losing branch return", async () => {
    const [one, two] = [await play.join(), await play.join()];
    await meet(1);
    await play.mine(one);
    await play.mine(two);
    await play.until(together);
    const heal = play.network.partition([[one.swarm.id], [two.swarm.id]]);
    await play.settle(one.chain.donate(7n));
    await play.mine(one);
    await play.settle(two.chain.transfer(carla.account, 5n));
    const [theirs] = two.chain.getPending();
    await play.settle(one.chain.submitTransaction(theirs?.transaction ?? expect.fail("nothing waits")));
    await play.mine(two, 2);
    const [before] = one.chain.getPending();
    expect(before?.id).toBe(theirs?.id);
    heal();
    await play.until(together, 300_000);
    expect(one.chain.getStats()).toMatchObject({ height: 4, reorgs: 1 });
    expect(one.chain.getBalance(carla.account).balance).toBe(5n);
    const [returned, ...others] = one.chain.getPending();
    expect(returned?.transaction.from).toBe(one.chain.account);
    expect(others).toEqual([]);
    await play.mine(one);
    expect(one.chain.getRewardPool().contributions).toBe(1n);
  });

  test("25. 1,000 shared blocks and one new: its bytes are those of one block, and only the asker is answered", async () => {
    const rules = playRules({ network: "swarm-space" });
    const branch = new Branch(rules);
    for (let at = 0; at < 1_000; at += 1) await branch.grow(personOf(1));
    const store = memoryStore();
    const { chain } = await openNode(rules, store);
    await chain.addHeaders(branch.blocks);
    await chain.addBodies(branch.blocks);
    const shared = await contentsOf(store);
    const [miner, asker, idle] = [
      await play.join({ store: await storeOf(shared) }),
      await play.join({ store: await storeOf(shared) }),
      await play.join({ store: await storeOf(shared) }),
    ];
    await meet(2);
    await play.mine(miner);
    await play.until(together);
    for (let at = 0; at < 10; at += 1) await play.settle(miner.chain.donate(1n));
    await play.until(() => asker.chain.getPending().length === 10);
    await play.settle(idle.chain.stop());
    await play.clock.advance(5_000);
    const bytes = new Map<string, number>();
    const undo = play.network.capture(({ fate, from, to, frame }) => {
      if (fate === "sent") bytes.set(`${from}>${to}`, (bytes.get(`${from}>${to}`) ?? 0) + frame.length);
    });
    const block = await play.settle(miner.chain.mine());
    await play.until(() => asker.chain.getStats().height === 1_002);
    await play.clock.advance(1_000);
    undo();
    const sent = (from: Member, to: Member) => bytes.get(`${from.swarm.id}>${to.swarm.id}`) ?? 0;
    const body = bodyOf(block).length;
    expect(body).toBeGreaterThan(1_500);
    expect(sent(miner, asker)).toBeGreaterThan(254);
    // The body once at most, the header twice, and what the kernel adds to five frames.
    expect(sent(miner, asker)).toBeLessThan(body + 1_200);
    expect(sent(miner, idle)).toBeLessThan(700);
    expect(sent(asker, idle)).toBeLessThan(700);
  });

  test("26. one transaction over two transports, and again a minute later: once in the pool, once in the balance", async () => {
    const roads = ["memory", "second"];
    const victim = await play.join({ roads, options: { parameters: { ...parameters, leastDifficulty: 1 } } });
    const rules = chainRules({
      network: "swarm-space",
      leastDifficulty: 1,
      allocations: parameters.allocations.map(({ account, amount }) => ({ account, amount: BigInt(amount) })),
    });
    const paid = writeTransaction(rules, anna, transfer, { to: carla.account, amount: 5n }, { nonce: 0n });
    const asked: string[] = [];
    const teller = await play.joinLiar((question) => {
      asked.push(question.kind);
      return question.kind === "getTransactions"
        ? { kind: "transactions", transactions: [encodeTransaction(paid.transaction)] }
        : headersOf([]);
    }, roads);
    await play.until(() => victim.swarm.peers()[0]?.transports.length === 2);
    const tell = () =>
      play.settle(
        teller.channel.send(victim.swarm.id, { kind: "have", ids: packed([paid.fullId]) }, { delivery: "all" }),
      );
    await tell();
    await tell();
    expect(victim.chain.getPending().map(({ id }) => id)).toEqual([paid.id]);
    await play.clock.advance(60_000);
    await tell();
    expect(victim.chain.getPending()).toHaveLength(1);
    expect(asked.filter((kind) => kind === "getTransactions")).toHaveLength(1);
    await play.mine(victim);
    await tell();
    await play.mine(victim);
    expect(victim.chain.getPending()).toEqual([]);
    expect(victim.chain.getBalance(carla.account).balance).toBe(5n);
    expect(victim.chain.getStats().banned).toBe(0);
  });

  test.each([
    [0, "the first"],
    [1, "the second"],
  ])(
    "27. two partitions each donate 10 to a pool of 100: 120 after the merge, where the branch of %s wins",
    async (_at, who) => {
      const options = { parameters: { poolTaxPercent: 0 } };
      const store = memoryStore();
      const [one, two] = [await play.join({ options, store }), await play.join({ options })];
      await meet(1);
      await play.mine(one);
      await play.mine(two);
      await play.until(together);
      await play.settle(one.chain.donate(100n));
      await play.mine(one);
      await play.until(together);
      const old: Store = await storeOf(await contentsOf(store));
      const heal = play.network.partition([[one.swarm.id], [two.swarm.id]]);
      for (const { chain } of [one, two]) await play.settle(chain.donate(10n));
      const gifts = [one, two].flatMap(({ chain }) => chain.getPending());
      await play.mine(one, who === "first" ? 2 : 1);
      await play.mine(two, who === "first" ? 1 : 2);
      heal();
      await play.until(together, 300_000);
      await play.until(() => two.chain.getPending().length === 1, 300_000);
      await play.mine(two);
      await play.until(together);
      const pools = () => play.members.map(({ chain }) => chain.getRewardPool().balance);
      expect(pools()).toEqual([120n, 120n]);
      for (const { transaction } of gifts) {
        await expect(one.chain.submitTransaction(transaction)).rejects.toMatchObject({
          code: "CHAIN_TRANSACTION_REFUSED",
        });
      }
      await play.mine(one);
      expect(await keptIds(old)).toHaveLength(4);
      await play.join({ options, store: old });
      await play.until(together, 300_000);
      expect(pools()).toEqual([120n, 120n, 120n]);
    },
  );
});

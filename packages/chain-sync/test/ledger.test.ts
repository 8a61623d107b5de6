import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { record, u64 } from "../src/codec/index.ts";
import { StateTree } from "../src/hashing/state-tree.ts";
import {
  defineTransactionType,
  poolDonate,
  poolPayout,
  readSlot,
  readToken,
  rewardAt,
  slots,
  swarmLedger,
  type TransactionType,
  tokenBurn,
  tokenClose,
  tokenDeploy,
  tokenIdOf,
  tokenMeta,
  tokenMint,
  tokenTransfer,
  transfer,
} from "../src/ledger/index.ts";
import { unitsPerCoin } from "../src/model/chain-parameters.ts";
import type { StateMachine, Transaction } from "../src/model/index.ts";
import {
  accountNamed,
  alice,
  bob,
  brokenSums,
  carol,
  contextAt,
  miner,
  parametersOf,
  transactionOf,
} from "./support/ledger-play.ts";

const parameters = parametersOf({ poolKeepers: [carol] });
const machine = swarmLedger(parameters);
const start = StateTree.of(machine.genesis());
const metaHash = accountNamed("meta");
const payout = poolPayout(parameters);
const deployment = { ticker: "ALI", name: "Alice", maxSupply: 10_000n, metaHash };

/** Runs one block and holds its promises: sums, and that its undo undoes it. */
function run(tree: StateTree, transactions: readonly Transaction[], height = 1, by: StateMachine = machine): StateTree {
  const applied = by.applyBlock(tree, contextAt(height), transactions);
  if (!applied.ok) throw new Error(applied.reason);
  const after = tree.with(applied.delta);
  expect(brokenSums(after)).toEqual([]);
  expect(after.with(applied.undo).root()).toBe(tree.root());
  return after;
}
const balance = (tree: StateTree, account: string) => readSlot(tree, slots.account(account)).balance;
const refusal = (tree: StateTree, transaction: Transaction, by = machine) => {
  const verdict = by.checkTransaction(tree, transaction, contextAt(1));
  return verdict.ok ? "accepted" : verdict.code;
};

describe("money", () => {
  test("a transfer moves units, its fee goes to the producer beside the reward, 5 % of the reward to the pool", () => {
    const after = run(start, [transactionOf(transfer, { to: bob, amount: 300n }, alice, { fee: 7n })]);
    const reward = 50n * unitsPerCoin;
    expect(balance(after, alice)).toBe(1_000_000n - 307n);
    expect(balance(after, bob)).toBe(500_300n);
    expect(balance(after, miner)).toBe((reward * 95n) / 100n + 7n);
    expect(readSlot(after, slots.pool)).toMatchObject({ balance: (reward * 5n) / 100n, totalContributed: 0n });
  });

  test.each<[string, string, Transaction]>([
    [
      "TRANSACTION_BALANCE",
      "more than there is",
      transactionOf(transfer, { to: bob, amount: 1_000_000n }, alice, { fee: 1n }),
    ],
    ["TRANSACTION_NONCE", "a nonce too high", transactionOf(transfer, { to: bob, amount: 1n }, alice, { nonce: 1n })],
    ["TRANSACTION_EXPIRED", "too late", transactionOf(transfer, { to: bob, amount: 1n }, alice, { expiryHeight: 0 })],
    [
      "TRANSACTION_TYPE",
      "a type that nobody knows",
      { ...transactionOf(transfer, { to: bob, amount: 1n }, alice), type: 31 },
    ],
    [
      "TRANSACTION_VERSION",
      "a version that nobody knows",
      { ...transactionOf(transfer, { to: bob, amount: 1n }, alice), version: 2 },
    ],
    [
      "TRANSACTION_PAYLOAD",
      "a payload cut short",
      { ...transactionOf(transfer, { to: bob, amount: 1n }, alice), payload: new Uint8Array(39) },
    ],
    [
      "TRANSACTION_PAYLOAD",
      "nothing moved",
      { ...transactionOf(transfer, { to: bob, amount: 1n }, alice), payload: new Uint8Array(40) },
    ],
    ["TRANSACTION_RULE", "a payout by somebody", transactionOf(payout, { to: alice, amount: 1n }, alice)],
    ["TRANSACTION_RULE", "a payout of more than there is", transactionOf(payout, { to: alice, amount: 1n }, carol)],
    ["TRANSACTION_RULE", "minting without a token", transactionOf(tokenMint, { to: alice, amount: 1n }, alice)],
    [
      "TRANSACTION_RULE",
      "moving what is not held",
      transactionOf(tokenTransfer, { token: metaHash, to: bob, amount: 1n }, alice),
    ],
    ["TRANSACTION_RULE", "burning what is not", transactionOf(tokenBurn, { token: metaHash, amount: 1n }, alice)],
  ])("%s: %s", (code, _what, transaction) => {
    expect(refusal(start, transaction)).toBe(code);
    expect(machine.applyBlock(start, contextAt(1), [transaction])).toMatchObject({
      ok: false,
      code: "BLOCK_TRANSACTION",
    });
  });

  test("a block with the same transaction twice is refused: a nonce is used once", () => {
    const transaction = transactionOf(transfer, { to: bob, amount: 1n }, alice);
    expect(machine.applyBlock(start, contextAt(1), [transaction, transaction])).toMatchObject({
      code: "BLOCK_TRANSACTION",
    });
  });

  test("two donations of 10 to a pool of 100 are 120, in any order", () => {
    const hundred = run(start, [transactionOf(poolDonate, { amount: 100n }, alice)]);
    const gifts = [
      transactionOf(poolDonate, { amount: 10n }, alice, { view: hundred }),
      transactionOf(poolDonate, { amount: 10n }, bob, { view: hundred }),
    ];
    const [one, other] = [run(hundred, gifts, 2), run(hundred, gifts.toReversed(), 2)];
    expect(readSlot(one, slots.pool)).toMatchObject({ totalContributed: 120n, contributions: 3n });
    expect(one.root()).toBe(other.root());
    expect(readSlot(one, slots.contribution(alice)).total).toBe(110n);
  });

  test("a keeper pays out of the pool what is there", () => {
    const given = run(start, [transactionOf(poolDonate, { amount: 100n }, alice)]);
    const paid = run(given, [transactionOf(payout, { to: bob, amount: 60n }, carol)], 2);
    expect(readSlot(paid, slots.pool).paidOut).toBe(60n);
    expect(balance(paid, bob)).toBe(500_060n);
  });

  test("the reward halves every 210,000 blocks and never passes 21,000,000", () => {
    const all = parametersOf({ allocations: [] });
    let issued = 0n;
    let before = 0n;
    for (let era = 0; era < 70; era += 1) {
      const reward = rewardAt(all, era * 210_000 + 1, issued);
      expect(rewardAt(all, (era + 1) * 210_000, issued)).toBe(reward);
      expect(reward <= (era === 0 ? 50n * unitsPerCoin : before / 2n)).toBe(true);
      before = reward;
      issued += reward * 210_000n;
    }
    expect(issued <= 21_000_000n * unitsPerCoin && issued > 20_999_999n * unitsPerCoin).toBe(true);
    expect(rewardAt(all, 1, all.supplyCap - 3n)).toBe(3n);
    expect(rewardAt(all, 1, all.supplyCap)).toBe(0n);
    expect(rewardAt(all, 0, 0n)).toBe(0n);
  });
});

describe("profile tokens", () => {
  const deployed = run(start, [transactionOf(tokenDeploy, deployment, alice)]);
  const id = tokenIdOf(alice, 0n);

  test("deploying gives the creator a hundred", () => {
    expect(readToken(deployed, id)).toMatchObject({ ...deployment, owner: alice, supply: 100n, deployedAt: 1 });
    expect(readSlot(deployed, slots.holding(id, alice)).amount).toBe(100n);
  });

  test("one for each account, one for each ticker", () => {
    const second = { ...deployment, ticker: "TWO" };
    expect(refusal(deployed, transactionOf(tokenDeploy, second, alice, { view: deployed }))).toBe("TRANSACTION_RULE");
    expect(refusal(deployed, transactionOf(tokenDeploy, deployment, bob))).toBe("TRANSACTION_RULE");
    expect(refusal(deployed, transactionOf(tokenDeploy, second, bob))).toBe("accepted");
  });

  test.each([
    { ticker: "AL" },
    { ticker: "ali" },
    { ticker: "ALICES" },
    { name: "" },
    { maxSupply: 10_001n },
    { maxSupply: 99n },
  ])("%o is refused when it is made", (wrong) => {
    expect(() => transactionOf(tokenDeploy, { ...deployment, ...wrong }, alice)).toThrow(
      expect.objectContaining({ code: "CHAIN_VALUE_INVALID" }),
    );
  });

  test("40 % can be minted at once, ten more for each coin given to the pool", () => {
    const mint = (amount: bigint, view: StateTree) => transactionOf(tokenMint, { to: bob, amount }, alice, { view });
    expect(refusal(deployed, mint(3_901n, deployed))).toBe("TRANSACTION_RULE");
    const minted = run(deployed, [mint(3_900n, deployed)], 2);
    expect(refusal(minted, mint(1n, minted))).toBe("TRANSACTION_RULE");
    const rich = run(
      minted,
      [transactionOf(transfer, { to: alice, amount: 3n * unitsPerCoin }, miner, { view: minted })],
      3,
    );
    const given = run(rich, [transactionOf(poolDonate, { amount: 2n * unitsPerCoin + 1n }, alice, { view: rich })], 4);
    expect(refusal(given, mint(21n, given))).toBe("TRANSACTION_RULE");
    expect(readToken(run(given, [mint(20n, given)], 5), id)?.supply).toBe(4_020n);
  });

  test("what is held moves and burns; a closed token is minted no more", () => {
    const moved = run(
      deployed,
      [transactionOf(tokenTransfer, { token: id, to: bob, amount: 30n }, alice, { view: deployed })],
      2,
    );
    const burned = run(moved, [transactionOf(tokenBurn, { token: id, amount: 10n }, bob, { view: moved })], 3);
    expect(readToken(burned, id)?.supply).toBe(90n);
    expect(readSlot(burned, slots.holding(id, bob)).amount).toBe(20n);
    const other = run(
      burned,
      [transactionOf(tokenMeta, { metaHash: accountNamed("new") }, alice, { view: burned })],
      4,
    );
    expect(readToken(other, id)?.metaHash).toBe(accountNamed("new"));
    const closed = run(other, [transactionOf(tokenClose, {}, alice, { view: other })], 5);
    expect(refusal(closed, transactionOf(tokenMint, { to: bob, amount: 1n }, alice, { view: closed }))).toBe(
      "TRANSACTION_RULE",
    );
    expect(
      refusal(closed, transactionOf(tokenTransfer, { token: id, to: alice, amount: 20n }, bob, { view: closed })),
    ).toBe("accepted");
  });
});

describe("types of third parties", () => {
  const wager: TransactionType<{ readonly stake: bigint }> = {
    number: 40,
    name: "wager",
    form: record({ stake: u64 }),
    schema: z.strictObject({ stake: z.bigint().min(1n) }),
    spends: ({ stake }) => stake,
    apply(desk, { stake }) {
      if (stake === 13n) throw new Error("unlucky");
      if (stake === 14n) return { ok: true };
      desk.state.put("last", Uint8Array.of(Number(stake)));
      desk.pay(bob, stake - 1n);
      if (desk.pay(bob, 2n)) throw new Error("more than the till held");
      desk.burn(1n);
      return { ok: true };
    },
  };
  const open = swarmLedger(parameters, [defineTransactionType(wager)]);

  test("run as the ledger's own, in a part of the state that is theirs alone", () => {
    const after = run(StateTree.of(open.genesis()), [transactionOf(wager, { stake: 5n }, alice)], 1, open);
    expect(after.get("x/40/last")).toEqual(Uint8Array.of(5));
    expect(balance(after, bob)).toBe(500_004n);
    expect(readSlot(after, slots.supply).burned).toBe(1n);
  });

  test("cannot lose money, and a throw of theirs is a refusal", () => {
    expect(refusal(start, transactionOf(wager, { stake: 14n }, alice), open)).toBe("TRANSACTION_RULE");
    expect(refusal(start, transactionOf(wager, { stake: 13n }, alice), open)).toBe("TRANSACTION_RULE");
  });

  test("are part of the genesis; numbers and names are used once", () => {
    expect(StateTree.of(open.genesis()).root()).not.toBe(start.root());
    const taken = expect.objectContaining({ code: "CHAIN_TYPE_TAKEN" });
    const type = defineTransactionType(wager);
    expect(() => swarmLedger(parameters, [type, type])).toThrow(taken);
    expect(() => swarmLedger(parameters, [defineTransactionType({ ...wager, number: 1 })])).toThrow(taken);
    expect(() => swarmLedger(parameters, [defineTransactionType({ ...wager, name: "transfer" })])).toThrow(taken);
  });
});

describe("any blocks", () => {
  const people = fc.constantFrom(alice, bob, carol, miner);
  const amount = fc.bigInt({ min: 1n, max: 400_000n });
  const token = fc.constantFrom(tokenIdOf(alice, 0n), tokenIdOf(bob, 0n), tokenIdOf(bob, 1n));
  const steps = fc.oneof(
    fc.record({ to: people, amount }).map((payload) => ({ type: transfer, payload })),
    fc.record({ amount }).map((payload) => ({ type: poolDonate, payload })),
    fc.record({ to: people, amount }).map((payload) => ({ type: payout, payload })),
    fc
      .record({ ticker: fc.constantFrom("AAA", "BBB") })
      .map(({ ticker }) => ({ type: tokenDeploy, payload: { ...deployment, ticker } })),
    fc
      .record({ to: people, amount: fc.bigInt({ min: 1n, max: 5_000n }) })
      .map((payload) => ({ type: tokenMint, payload })),
    fc
      .record({ token, to: people, amount: fc.bigInt({ min: 1n, max: 200n }) })
      .map((payload) => ({ type: tokenTransfer, payload })),
    fc.record({ token, amount: fc.bigInt({ min: 1n, max: 200n }) }).map((payload) => ({ type: tokenBurn, payload })),
    fc.constant({ type: tokenClose, payload: {} }),
  );
  const moves = fc.array(fc.tuple(people, steps, fc.bigInt({ min: 0n, max: 50n })), { minLength: 12, maxLength: 25 });

  test("keep the sums, and each is undone to the same root", () => {
    let used = 0;
    fc.assert(
      fc.property(moves, (all) => {
        let tree = start;
        for (const [at, [from, { type, payload }, fee]] of all.entries()) {
          const transaction = transactionOf(type as TransactionType<unknown>, payload, from, { view: tree, fee });
          if (refusal(tree, transaction) !== "accepted") continue;
          used += 1;
          tree = run(tree, [transaction], at + 1);
        }
        expect(StateTree.of(new Map(tree.entries())).root()).toBe(tree.root());
      }),
      { numRuns: 60 },
    );
    expect(used).toBeGreaterThan(100);
  });
});

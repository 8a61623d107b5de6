import { describe, expect, test } from "vitest";
import { checkBody, checkTransactionsAlone, connectBlock, signatureClaims } from "../src/chain/block-checks.ts";
import { draftBlock } from "../src/chain/build-block.ts";
import { chainRules } from "../src/chain/rules.ts";
import { decodeBody, encodeBody } from "../src/codec/index.ts";
import { blockIdOf, nameTransaction } from "../src/hashing/ids.ts";
import { merkleRoot } from "../src/hashing/merkle.ts";
import { poolDonate, readSlot, slots, transfer } from "../src/ledger/index.ts";
import type { Block, Header, NamedTransaction } from "../src/model/index.ts";
import { Branch, personOf, playRules, verifier, writeTransaction } from "./support/chain-play.ts";

const [anna, berta] = [personOf(1), personOf(2)];
const rules = playRules({ allocations: [{ account: anna.account, amount: 10_000n }] });
const write = (nonce: bigint, o = {}) =>
  writeTransaction(rules, anna, transfer, { to: berta.account, amount: 100n }, { nonce, ...o });

async function blockOf(transactions: readonly NamedTransaction[]): Promise<{ block: Block; branch: Branch }> {
  const branch = new Branch(rules);
  return { block: await branch.grow(berta, transactions), branch };
}

/** The block with another body, whose header names that body: as an attacker would make it. */
function rewritten(block: Block, transactions: readonly NamedTransaction[], changed: Partial<Header> = {}): Block {
  const header = {
    ...block.sealed.header,
    transactionCount: transactions.length,
    bodyBytes: encodeBody(transactions.map(({ transaction }) => transaction)).length,
    transactionRoot: merkleRoot(transactions.map(({ fullId }) => fullId)),
    ...changed,
  };
  return { id: blockIdOf(header), sealed: { ...block.sealed, header }, transactions };
}

describe("a good block", () => {
  test("passes every check, and its state is the one that its header names", async () => {
    const { block, branch } = await blockOf([write(0n), write(1n)]);
    const { header } = block.sealed;
    expect(checkBody(header, block.transactions)).toEqual({ ok: true });
    expect(checkTransactionsAlone(header, block.transactions)).toEqual({ ok: true });
    expect(await verifier.verifyBatch(signatureClaims(block.transactions))).toEqual([true, true]);
    expect(branch.state.root()).toBe(header.stateRoot);
    const decoded = decodeBody(encodeBody(block.transactions.map(({ transaction }) => transaction)));
    expect(decoded.ok && decoded.value.map((each) => nameTransaction(each).fullId)).toEqual(
      block.transactions.map(({ fullId }) => fullId),
    );
  });

  test("a draft takes what the state admits and leaves out the rest", () => {
    const { tip, state } = new Branch(rules);
    const candidates = [write(1n), write(0n), write(1n), write(2n, { fee: 99_999n }), write(2n)];
    const draft = draftBlock(rules, tip, state, candidates, { producer: berta.account, now: 0 });
    expect(draft.ok && draft.transactions).toEqual([candidates[1], candidates[2], candidates[4]]);
  });
});

describe("a body that is not the header's condemns the copy, never the block", () => {
  test.each<[string, (all: readonly NamedTransaction[]) => readonly NamedTransaction[]]>([
    ["one left out", (all) => all.slice(1)],
    ["another order", (all) => all.toReversed()],
    ["one twice, as in CVE-2012-2459", (all) => [...all, ...all.slice(-1)]],
    [
      "another signature",
      (all) => all.map(({ transaction }) => nameTransaction({ ...transaction, signature: new Uint8Array(64) })),
    ],
  ])("%s", async (_what, mutate) => {
    const { block } = await blockOf([write(0n), write(1n), write(2n)]);
    const verdict = checkBody(block.sealed.header, mutate(block.transactions));
    expect(verdict).toMatchObject({ code: "BODY_MISMATCH", blames: "copy", score: 100 });
  });
});

describe("a fault that the header's own body has condemns the block for ever", () => {
  test.each<[string, string, readonly NamedTransaction[], Partial<Header>]>([
    ["BLOCK_TRANSACTION", "more than the sender has", [write(0n, { fee: 10_000n })], {}],
    ["BLOCK_TRANSACTION", "a nonce left out", [write(1n)], {}],
    ["BLOCK_TRANSACTION", "the same twice", [write(0n), write(0n)], {}],
    ["BLOCK_STATE", "a state of its own", [write(0n)], { stateRoot: "00".repeat(32) }],
    ["BLOCK_STATE", "the reward for somebody else", [write(0n)], { producer: anna.account }],
  ])("%s: %s", async (code, _what, transactions, changed) => {
    const { block } = await blockOf([write(0n)]);
    const bad = rewritten(block, transactions, changed);
    expect(checkBody(bad.sealed.header, bad.transactions)).toEqual({ ok: true });
    expect(connectBlock(rules, rules.genesis.state, bad)).toMatchObject({ ok: false, code, blames: "id", score: 100 });
  });

  test("BLOCK_SIGNATURE: one that its sender did not sign", async () => {
    expect(await verifier.verifyBatch(signatureClaims([write(0n), write(1n, { unsigned: true })]))).toEqual([
      true,
      false,
    ]);
  });

  test("BLOCK_TRANSACTION: a transaction of another chain", async () => {
    const other = playRules({ network: "other" });
    const foreign = writeTransaction(other, anna, transfer, { to: berta.account, amount: 1n }, { nonce: 0n });
    const { block } = await blockOf([]);
    const bad = rewritten(block, [foreign]);
    expect(checkTransactionsAlone(bad.sealed.header, bad.transactions)).toMatchObject({
      code: "BLOCK_TRANSACTION",
      blames: "id",
    });
  });
});

describe("genesis", () => {
  test("every parameter is part of its id", () => {
    const ids = [
      {},
      { network: "another" },
      { genesisTime: 5 },
      { blockTimeMs: 5 },
      { leastDifficulty: 2 },
      { reward: 5n },
      { halvingInterval: 5 },
      { supplyCap: 5n },
      { poolTaxPercent: 6 },
      { retargetWindow: 61 },
      { poolKeepers: [anna.account] },
      { producers: [anna.account] },
      { allocations: [{ account: anna.account, amount: 1n }] },
      { consensus: "poa-round-robin", producers: [anna.account] },
    ].map((changed) => playRules(changed).genesis.block.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is the same for all who have the default parameters", () => {
    const { genesis, parameters } = chainRules({});
    expect(new Date(parameters.genesisTime).toISOString()).toBe("2025-01-01T00:00:00.000Z");
    expect(genesis.block.id).toBe(chainRules({}).genesis.block.id);
    expect(readSlot(genesis.state, slots.supply)).toEqual({ issued: 0n, burned: 0n });
  });

  test.each([
    { reward: -1n },
    { blockTimeMs: 0 },
    { consensus: "proof-of-wit" },
    { forkChoice: "first-seen" },
    { stateMachine: "other" },
    { producers: ["xyz"] },
    { allocations: [{ account: anna.account, amount: 2n ** 63n }] },
    { unheard: 1 },
  ])("%o is refused with its path", (changed) => {
    expect(() => chainRules(changed)).toThrow(expect.objectContaining({ code: "CHAIN_PARAMETERS_INVALID" }));
  });
});

test("two partitions that each donate 10 to a pool of 100 come to 120 in one chain, in any order", async () => {
  const both = [anna, berta].map((person) => person.account);
  const shared = playRules({ allocations: both.map((account) => ({ account, amount: 1_000n })), poolTaxPercent: 0 });
  const give = (person: typeof anna, amount: bigint, nonce: bigint) =>
    writeTransaction(shared, person, poolDonate, { amount }, { nonce, fee: 0n });
  const hundred = new Branch(shared);
  await hundred.grow(anna, [give(anna, 100n, 0n)]);
  const roots = new Set<string>();
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const merged = new Branch(shared, hundred);
    const gifts = [give(anna, 10n, 1n), give(berta, 10n, 0n)];
    await merged.grow(
      anna,
      order.flatMap((at) => gifts[at] ?? []),
    );
    expect(readSlot(merged.state, slots.pool).balance).toBe(120n);
    roots.add(merged.state.root());
  }
  expect(roots.size).toBe(1);
});

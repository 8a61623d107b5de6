import { memoryStore } from "@swarm-space/core";
import { expect, test } from "vitest";
import type { HeaderNode } from "../src/chain/header-tree.ts";
import { transfer } from "../src/ledger/index.ts";
import { type CheckedBlock, checkedBranch } from "../src/live/checked-branch.ts";
import type { NamedTransaction, SignatureVerifier } from "../src/model/index.ts";
import { Branch, personOf, playRules, treeOf, trusting, writeTransaction } from "./support/chain-play.ts";
import { openNode } from "./support/node-play.ts";

const [anna, berta] = [personOf(1), personOf(2)];
const rules = playRules({ allocations: [{ account: anna.account, amount: 1_000_000n }] });

/** A branch of so many blocks of so many unsigned payments each. */
async function branchOf(blocks: number, payments: number) {
  const branch = new Branch(rules);
  let nonce = 0n;
  const write = () =>
    writeTransaction(rules, anna, transfer, { to: berta.account, amount: 1n }, { nonce: nonce++, unsigned: true });
  for (let at = 0; at < blocks; at += 1) await branch.grow(anna, Array.from({ length: payments }, write));
  const tree = treeOf(rules);
  let tip = tree.genesis;
  const nodes = branch.blocks.map(({ id, sealed }) => {
    tip = tree.add(id, sealed, tip);
    return tip;
  });
  const bodies = new Map(branch.blocks.map(({ id, transactions }) => [id, transactions]));
  return { branch, nodes, bodies };
}

/** Reads from these bodies, and keeps whose were read. */
function reading(bodies: ReadonlyMap<string, readonly NamedTransaction[]>) {
  const read: number[] = [];
  const body = async ({ id, height }: HeaderNode) => {
    read.push(height);
    return bodies.get(id) ?? Promise.reject(new Error(`no body at ${height}`));
  };
  return { read, body };
}

/** Takes blocks until one is at fault or cannot be had, as whoever connects them does. */
async function follow(blocks: AsyncIterable<CheckedBlock>): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const { node, fault } of blocks) {
      seen.push(fault === undefined ? node.height : fault.code);
      if (fault !== undefined) break;
    }
  } catch (error) {
    seen.push((error as Error).message);
  }
  return seen;
}

test("many small blocks are one batch; four batches are under way beside the one whose blocks are taken", async () => {
  const { nodes, bodies } = await branchOf(60, 10);
  const { read, body } = reading(bodies);
  const batches: number[] = [];
  const verifier: SignatureVerifier = {
    verifyBatch(claims) {
      batches.push(claims.length);
      return trusting.verifyBatch(claims);
    },
  };
  const blocks = checkedBranch(nodes, { verifier, body });
  expect((await blocks.next()).value).toMatchObject({ node: { height: 1 }, fault: undefined });
  expect(batches).toEqual([70, 70, 70, 70, 70]);
  expect(read).toHaveLength(35);
  expect(await follow(blocks)).toEqual(Array.from({ length: 59 }, (_, at) => at + 2));
  expect(batches).toEqual([70, 70, 70, 70, 70, 70, 70, 70, 40]);
});

test("blocks without transactions are not read all at once either", async () => {
  const { nodes, bodies } = await branchOf(3, 0);
  const many = Array.from({ length: 1_000 }, (_, at) => nodes[at % 3] ?? expect.fail());
  const { read, body } = reading(bodies);
  await checkedBranch(many, { verifier: trusting, body }).next();
  expect(read.length).toBeLessThan(400);
});

test("the one transaction that is not signed condemns its own block, by its own number", async () => {
  const { branch, nodes, bodies } = await branchOf(30, 5);
  const culprit = branch.blocks[17]?.transactions[3]?.transaction.signature;
  const verifier: SignatureVerifier = {
    verifyBatch: async (claims) => claims.map(({ signature }) => signature !== culprit),
  };
  const taken: CheckedBlock[] = [];
  for await (const each of checkedBranch(nodes, { verifier, body: reading(bodies).body })) taken.push(each);
  const faults = taken.filter(({ fault }) => fault !== undefined);
  expect(faults.map(({ node, fault }) => [node.height, fault?.code, fault?.reason])).toEqual([
    [18, "BLOCK_SIGNATURE", "number 3 is not signed by its sender"],
  ]);
});

test("a body that is not here throws in its block's turn: a fault before it comes first, and nothing throws unheard", async () => {
  const { branch, nodes, bodies } = await branchOf(20, 5);
  bodies.delete(branch.blocks[12]?.id ?? "");
  expect(await follow(checkedBranch(nodes, { verifier: trusting, body: reading(bodies).body }))).toEqual([
    ...Array.from({ length: 12 }, (_, at) => at + 1),
    "no body at 13",
  ]);
  const culprit = branch.blocks[4]?.transactions[0]?.transaction.signature;
  const verifier: SignatureVerifier = {
    verifyBatch: async (claims) => claims.map(({ signature }) => signature !== culprit),
  };
  expect(await follow(checkedBranch(nodes, { verifier, body: reading(bodies).body }))).toEqual([
    1,
    2,
    3,
    4,
    "BLOCK_SIGNATURE",
  ]);
});

test("an engine that fails is this node's trouble: nothing is connected, and nobody is condemned", async () => {
  const { branch } = await branchOf(3, 2);
  let fails = true;
  const verifier: SignatureVerifier = {
    verifyBatch: (claims) => (fails ? Promise.reject(new Error("out of order")) : trusting.verifyBatch(claims)),
  };
  const node = await openNode(rules, memoryStore(), { verifier });
  await node.chain.addHeaders(branch.blocks);
  const verdicts = await node.chain.addBodies(branch.blocks);
  expect(verdicts.map((each) => (each.ok ? "ok" : each.code))).toEqual(["INTERNAL", "INTERNAL", "INTERNAL"]);
  fails = false;
  await node.chain.addBodies(branch.blocks);
  expect(node.chain.tip.id).toBe(branch.tip.id);
});

test("what was connected before is not checked again", async () => {
  const { nodes, bodies } = await branchOf(4, 2);
  for (const node of nodes.slice(0, 2)) node.status = "valid";
  const asked: number[] = [];
  const verifier: SignatureVerifier = {
    verifyBatch: async (claims) => {
      asked.push(claims.length);
      return claims.map(() => true);
    },
  };
  expect(await follow(checkedBranch(nodes, { verifier, body: reading(bodies).body }))).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual([4]);
});

import { memoryStore, type Store } from "@swarm-space/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { connectBlock } from "../src/chain/block-checks.ts";
import { poolDonate } from "../src/ledger/index.ts";
import type { NamedTransaction } from "../src/model/index.ts";
import { Branch, personOf, playRules, writeTransaction } from "./support/chain-play.ts";
import { deliver, keptIds, keptRoot, openNode, type PlayNode } from "./support/node-play.ts";

const people = [personOf(1), personOf(2), personOf(3)];
const rules = playRules({ allocations: people.map(({ account }) => ({ account, amount: 100_000n })) });
const genesis = rules.genesis.block.id;

/** The oracle: chains as lists of blocks, and which of them the node was given. What is true is reckoned anew from the genesis. */
class Oracle {
  readonly chains: Branch[] = [new Branch(rules)];
  readonly given = new Set<string>([genesis]);
  readonly accepted: NamedTransaction[] = [];

  chain(choice: number): Branch {
    return this.chains[choice % this.chains.length] ?? expect.fail("there is always one");
  }

  /** The best of all whose blocks were given from the genesis on. */
  best(): Branch {
    const reached = this.chains.map((chain) => {
      const prefix = new Branch(rules);
      for (const block of chain.blocks) {
        if (!this.given.has(block.id)) break;
        prefix.push(block);
      }
      return prefix;
    });
    return reached.reduce((one, other) => (rules.forkChoice.compare(one.tip, other.tip) >= 0 ? one : other));
  }

  root({ blocks }: Branch): string {
    let { state } = rules.genesis;
    for (const block of blocks) {
      const connected = connectBlock(rules, state, block);
      if (!connected.ok) throw new Error(connected.reason);
      ({ state } = connected);
    }
    return state.root();
  }
}

interface Real {
  readonly store: Store;
  node: PlayNode;
  readonly dropped: Set<string>;
  readonly onReorg: () => void;
}

type Step = fc.AsyncCommand<Oracle, Real>;
const step = (name: string, run: (oracle: Oracle, real: Real) => Promise<unknown>): Step => ({
  check: () => true,
  toString: () => name,
  async run(oracle, real) {
    await run(oracle, real);
    await agree(oracle, real);
  },
});

async function agree(oracle: Oracle, { node, store, dropped, onReorg }: Real): Promise<void> {
  const best = oracle.best();
  expect(node.chain.tip.id).toBe(best.tip.id);
  const root = oracle.root(best);
  expect(node.chain.position.state.root()).toBe(root);
  expect(await keptRoot(store)).toBe(root);
  expect(await keptIds(store)).toEqual([genesis, ...best.blocks.map(({ id }) => id)]);
  for (const { name, event } of node.events.splice(0)) {
    if (name === "chain:reorg") onReorg();
    if (name === "tx:dropped" && "reason" in event && event.reason !== "included") dropped.add(event.id);
  }
  const inChain = new Set(best.blocks.flatMap(({ transactions }) => transactions.map(({ id }) => id)));
  for (const { id } of oracle.accepted)
    expect(inChain.has(id) || node.pool.get(id) !== undefined || dropped.has(id)).toBe(true);
}

const give = async (oracle: Oracle, { node }: Real, { blocks }: Branch) => {
  for (const { id } of blocks) oracle.given.add(id);
  return deliver(node, blocks);
};

const choice = fc.nat(9);
const steps = [
  fc.tuple(choice, fc.nat(2), fc.boolean()).map(([at, by, isFull]) =>
    step(`mine ${at} by ${by}${isFull ? " of what waits" : ""}`, async (oracle, real) => {
      const chain = oracle.chain(at);
      await chain.grow(people[by] ?? expect.fail("three"), isFull ? real.node.room.candidates() : []);
      await give(oracle, real, chain);
    }),
  ),
  fc.tuple(choice, fc.nat(4)).map(([at, back]) =>
    step(`fork ${at}, ${back} below its end`, async (oracle) => {
      const chain = oracle.chain(at);
      const fork = new Branch(rules);
      for (const block of chain.blocks.slice(0, Math.max(0, chain.blocks.length - back))) fork.push(block);
      oracle.chains.push(fork);
    }),
  ),
  fc.tuple(fc.nat(2), fc.bigInt({ min: 1n, max: 30_000n })).map(([by, amount]) =>
    step(`submit ${amount} by ${by}`, async (oracle, { node }) => {
      const person = people[by] ?? expect.fail("three");
      const nonce = node.pool.nextNonce(node.room.base, person.account);
      const named = writeTransaction(rules, person, poolDonate, { amount }, { nonce, unsigned: true });
      if ((await node.room.submit(named, true)).ok) oracle.accepted.push(named);
    }),
  ),
  fc.tuple(choice, fc.integer({ min: 1, max: 4 }), fc.nat(2)).map(([at, length, by]) =>
    step(`reorganise by ${length} hidden blocks on ${at}, the bodies last first`, async (oracle, real) => {
      const chain = oracle.chain(at);
      for (let grown = 0; grown < length; grown += 1) await chain.grow(people[by] ?? expect.fail("three"));
      await real.node.chain.addHeaders(chain.blocks);
      for (const { id, transactions } of chain.blocks.toReversed()) {
        oracle.given.add(id);
        await real.node.chain.addBody(id, transactions);
        await agree(oracle, real);
      }
    }),
  ),
  fc.constant(
    step("restart", async (_oracle, real) => {
      real.node = await openNode(rules, real.store);
    }),
  ),
];

test("any mining, forking, submitting, reorganising and restarting: tip, state, store and pool are those of a replay from the genesis", async () => {
  let reorganised = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 24, size: "max" }), (commands) =>
      fc.asyncModelRun(async () => {
        const store = memoryStore();
        const onReorg = () => {
          reorganised += 1;
        };
        const node = await openNode(rules, store);
        return { model: new Oracle(), real: { store, node, dropped: new Set(), onReorg } };
      }, commands),
    ),
    { numRuns: 24 },
  );
  expect(reorganised).toBeGreaterThan(0);
});

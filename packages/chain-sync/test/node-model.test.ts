import { memoryStore } from "@swarm-space/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { personOf, playRules } from "./support/chain-play.ts";
import { type BlockPlan, bestOf, chainOf, growForest, recompute } from "./support/forest.ts";
import { keptIds, keptRoot, openNode } from "./support/node-play.ts";

const people = [personOf(1), personOf(2), personOf(3)];
const rules = playRules({ allocations: people.map(({ account }) => ({ account, amount: 100_000n })) });

const plans: fc.Arbitrary<BlockPlan> = fc.record({
  parent: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(6) }),
  stepMs: fc.constantFrom(1, 1_000, 30_000, 200_000),
  by: fc.nat(2),
  payments: fc.array(
    fc.record({ from: fc.nat(2), amount: fc.bigInt({ min: 1n, max: 30_000n }), isGift: fc.boolean() }),
    { maxLength: 2 },
  ),
  isBad: fc.integer({ min: 0, max: 9 }).map((at) => at === 0),
});

/** What happens to a node: a block comes, its header alone comes, or it is opened anew. */
const steps = fc.array(fc.tuple(fc.constantFrom("block", "block", "block", "header", "open"), fc.nat(40)), {
  minLength: 10,
  maxLength: 60,
});

test("any forest, in any order, over restarts: the tip, the state and the store are those of a replay from the genesis", async () => {
  let reorganised = 0;
  let condemned = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(plans, { minLength: 3, maxLength: 22 }), steps, async (forestPlans, all) => {
      const forest = await growForest(rules, people, forestPlans);
      const store = memoryStore();
      let node = await openNode(rules, store);
      const has = new Set([rules.genesis.block.id]);
      const everConnected = new Set<string>();
      // Another of the same nonce was in the chain when it came back: its sender was told.
      const toldDropped = new Set<string>();
      const later = forest.map((_, at): readonly ["block", number] => ["block", at]);
      for (const [what, choice] of [...all, ...later]) {
        const tree = forest[choice % forest.length];
        if (tree?.parent === undefined) continue;
        if (what === "open") node = await openNode(rules, store);
        if (what === "header") await node.chain.addHeaders([tree.block]);
        if (what === "block") {
          const { verdict } = await node.chain.addHeaders([tree.block]);
          const isKnown = node.chain.tree.get(tree.block.id) !== undefined;
          expect(verdict.ok).toBe(isKnown && node.chain.tree.get(tree.block.id)?.status !== "invalid");
          const answer = await node.chain.addBody(tree.block.id, tree.block.transactions);
          if (answer.ok) has.add(tree.block.id);
          expect(tree.isValid || !answer.ok || node.chain.tip.id !== tree.block.id).toBe(true);
        }
        const reachable = new Set(
          forest.filter((each) => chainOf(each).every(({ block }) => has.has(block.id))).map(({ block }) => block.id),
        );
        const best = bestOf(rules, forest, reachable);
        expect(node.chain.tip.id).toBe(best.block.id);
        for (const { name, event } of node.events.splice(0)) {
          if (name === "chain:reorg") reorganised += 1;
          if (name === "block:invalid") condemned += 1;
          if (name === "tx:dropped" && "id" in event && typeof event.id === "string") toldDropped.add(event.id);
          if (name === "block:connected" && "id" in event && typeof event.id === "string") everConnected.add(event.id);
        }
      }
      const best = bestOf(rules, forest, new Set(forest.map(({ block }) => block.id)));
      const state = recompute(rules, best);
      expect(node.chain.position.state.root()).toBe(state.root());
      expect(await keptRoot(store)).toBe(state.root());
      expect(await keptIds(store)).toEqual([rules.genesis.block.id, ...chainOf(best).map(({ block }) => block.id)]);
      const inChain = new Set(chainOf(best).flatMap(({ block }) => block.transactions.map(({ id }) => id)));
      const context = { height: best.node.height + 1, time: best.node.time, producer: people[0]?.account ?? "" };
      for (const { block } of forest.filter((each) => everConnected.has(each.block.id))) {
        for (const { id, transaction } of block.transactions) {
          const isLost =
            !inChain.has(id) &&
            !toldDropped.has(id) &&
            node.pool.get(id) === undefined &&
            rules.machine.checkTransaction(state, transaction, context).ok;
          expect(isLost).toBe(false);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(reorganised).toBeGreaterThan(20);
  expect(condemned).toBeGreaterThan(20);
});

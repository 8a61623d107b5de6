import { memoryStore, type StoreOperation } from "@swarm-space/core";
import { diskStore, SeededRandom, stillClock, VirtualDisk, watchedStore } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { kernelChainStore } from "../src/store/kernel-chain-store.ts";
import { personOf, playRules } from "./support/chain-play.ts";
import { type BlockPlan, bestOf, growForest } from "./support/forest.ts";
import { deliver, keptRoot, openNode } from "./support/node-play.ts";

const people = [personOf(1), personOf(2), personOf(3)];
const rules = playRules({ allocations: people.map(({ account }) => ({ account, amount: 100_000n })) });

const clock = stillClock();

/** Branches that overtake each other, with one lie: reorganisations of one to five blocks. */
function plansOf(random: SeededRandom): readonly BlockPlan[] {
  return Array.from({ length: 34 }, (_, at) => ({
    parent: at % 4 === 3 ? 1 + random.integer(6) : 0,
    stepMs: 1 + random.integer(60_000),
    by: random.integer(3),
    payments: [{ from: random.integer(3), amount: BigInt(1 + random.integer(500)), isGift: random.chance(0.5) }],
    isBad: at === 13,
  }));
}

test.each([1, 2, 3])(
  "feature_dbcrash, seed %i: dead at any write, before it or after it, a node opens to a valid tip and ends where the others are",
  async (seed) => {
    const forest = await growForest(rules, people, plansOf(new SeededRandom(seed)));
    const blocks = forest.slice(1).map(({ block }) => block);
    const best = bestOf(rules, forest, new Set(blocks.map(({ id }) => id)));
    let writes = 0;
    const count = watchedStore(memoryStore(), async () => {
      writes += 1;
    });
    const whole = await openNode(rules, count);
    await deliver(whole, blocks);
    expect(whole.chain.tip.id).toBe(best.block.id);
    expect(whole.events.filter(({ name }) => name === "chain:reorg").length).toBeGreaterThan(1);
    const roots = new Map(forest.map(({ block, state, isValid }) => [block.id, isValid ? state.root() : "invalid"]));
    let lost = 0;
    for (let deadAt = 0; deadAt < writes; deadAt += 1) {
      const random = new SeededRandom(`${seed}/${deadAt}`);
      const disk = new VirtualDisk(random);
      const death = Promise.withResolvers<void>();
      const isWritten = deadAt % 2 === 0;
      const inner = diskStore({ disk, clock, random });
      const dying = watchedStore(inner, async (operations, index) => {
        if (index !== deadAt) return;
        if (isWritten) disk.append(operations);
        death.resolve();
        await new Promise<never>(() => {});
      });
      const run = openNode(rules, dying).then((node) => deliver(node, blocks));
      await Promise.race([run, death.promise]);
      disk.crash("power");
      lost += disk.counters.lost;
      const store = diskStore({ disk, clock, random });
      const again = await openNode(rules, store);
      expect(again.chain.position.state.root()).toBe(roots.get(again.chain.tip.id));
      expect(await keptRoot(store)).toBe(again.chain.position.state.root());
      await deliver(again, blocks);
      expect(again.chain.tip.id).toBe(best.block.id);
      expect(await keptRoot(store)).toBe(best.state.root());
    }
    expect(writes).toBeGreaterThan(60);
    expect(lost).toBeGreaterThan(5);
  },
);

test.each([1, 2, 3])(
  "seed %i: whatever is lost of what was not flushed, in whatever order, each move stands by itself",
  async (seed) => {
    const forest = await growForest(rules, people, plansOf(new SeededRandom(seed)));
    const blocks = forest.slice(1).map(({ block }) => block);
    const best = bestOf(rules, forest, new Set(blocks.map(({ id }) => id)));
    const written: { readonly operations: readonly StoreOperation[]; readonly durable: boolean }[] = [];
    const recorded = watchedStore(memoryStore(), async (operations, _index, { durable }) => {
      written.push({ operations, durable });
    });
    await deliver(await openNode(rules, recorded), blocks);
    let lost = 0;
    for (let cut = 0; cut < 40; cut += 1) {
      const random = new SeededRandom(`${seed}/${cut}`);
      const store = memoryStore();
      for (const { operations, durable } of written) {
        const isKept = durable || random.chance(0.5);
        if (isKept) await store.batch(operations, { durable });
        else lost += 1;
      }
      const again = await openNode(rules, store);
      expect(again.chain.tip.id).toBe(best.block.id);
      expect(await keptRoot(store)).toBe(best.state.root());
      const { body, undo } = kernelChainStore(store, rules.genesis.block.id);
      for (let at = again.chain.tip; at.parent !== undefined; at = at.parent)
        expect([await body(at), await undo(at.id)]).not.toContain(undefined);
      await deliver(again, blocks);
      expect(again.chain.tip.id).toBe(best.block.id);
    }
    expect(lost).toBeGreaterThan(100);
  },
);

test("feature_dbcrash: dead again while it opens after a death, at any write of that, a node still ends where the others are", async () => {
  const forest = await growForest(rules, people, plansOf(new SeededRandom(4)).slice(0, 16));
  const blocks = forest.slice(1).map(({ block }) => block);
  const best = bestOf(rules, forest, new Set(blocks.map(({ id }) => id)));
  let inRecovery = 0;
  for (let deadAt = 1; deadAt < 48; deadAt += 1) {
    const random = new SeededRandom(`again ${deadAt}`);
    const disk = new VirtualDisk(random);
    /** A life that ends at this write, before it or after it; true where it was not yet open. */
    const live = async (last: number, isWritten: boolean): Promise<boolean> => {
      const death = Promise.withResolvers<void>();
      const dying = watchedStore(diskStore({ disk, clock, random }), async (operations, index) => {
        if (index !== last) return;
        if (isWritten) disk.append(operations);
        death.resolve();
        await new Promise<never>(() => {});
      });
      let isOpen = false;
      const run = openNode(rules, dying).then((node) => {
        isOpen = true;
        return deliver(node, blocks);
      });
      await Promise.race([run, death.promise]);
      disk.crash("power");
      return !isOpen;
    };
    await live(deadAt, deadAt % 2 === 0);
    for (const last of [0, 1]) if (await live(last, deadAt % 3 === 0)) inRecovery += 1;
    const store = diskStore({ disk, clock, random });
    const again = await openNode(rules, store);
    await deliver(again, blocks);
    expect(again.chain.tip.id).toBe(best.block.id);
    expect(await keptRoot(store)).toBe(best.state.root());
  }
  expect(inRecovery).toBeGreaterThan(2);
});

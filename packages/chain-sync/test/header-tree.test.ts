import fc from "fast-check";
import { expect, test } from "vitest";
import { ancestorAt, forkOf, HeaderTree, pathBetween } from "../src/chain/header-tree.ts";
import { findFork, makeLocator } from "../src/chain/locator.ts";
import { longestValid } from "../src/consensus/longest-valid.ts";
import type { SealedHeader } from "../src/model/index.ts";
import { playRules } from "./support/chain-play.ts";

const genesis = playRules().genesis.block;
const idOf = (index: number) => index.toString(16).padStart(64, "0");
const sealedAt = (height: number, difficulty = 1): SealedHeader => ({
  header: { ...genesis.sealed.header, height, difficulty },
  seal: genesis.sealed.seal,
});
const consensus = { work: (difficulty: number) => BigInt(difficulty) };

/** A tree of any shape: node k stands on the one that `parents[k]` chooses among those before it. */
function growTree(parents: readonly number[]): HeaderTree {
  const tree = new HeaderTree(genesis, consensus, longestValid);
  const nodes = [tree.genesis];
  for (const [at, choice] of parents.entries()) {
    // Mostly on one of the last few, so that branches get long.
    const parent = nodes[Math.max(0, nodes.length - 1 - (choice % 4))] ?? tree.genesis;
    nodes.push(tree.add(idOf(at + 1), sealedAt(parent.height + 1, 1 + (choice % 3)), parent));
  }
  return tree;
}
const shapes = fc.array(fc.nat(), { minLength: 2, maxLength: 120, size: "max" });

test("any tree: ancestors, forks and paths are those of a walk from parent to parent", () => {
  fc.assert(
    fc.property(shapes, fc.nat(), fc.nat(), (parents, a, b) => {
      const nodes = [...growTree(parents).nodes()];
      const [one, other] = [nodes[a % nodes.length], nodes[b % nodes.length]];
      if (one === undefined || other === undefined) return;
      const walk = [one];
      for (let at = one.parent; at !== undefined; at = at.parent) walk.push(at);
      for (const node of walk) expect(ancestorAt(one, node.height)).toBe(node);
      expect(ancestorAt(one, one.height + 1)).toBeUndefined();
      const fork = forkOf(one, other);
      const below = new Set(walk);
      let meeting = other;
      while (!below.has(meeting) && meeting.parent !== undefined) meeting = meeting.parent;
      expect(fork).toBe(meeting);
      const path = pathBetween(fork, one);
      expect(path).toHaveLength(one.height - fork.height);
      expect(path.at(-1) ?? fork).toBe(one);
      expect(one.work).toBe(walk.reduce((sum, node) => sum + (node.height === 0 ? 0n : BigInt(node.difficulty)), 0n));
    }),
    { numRuns: 60 },
  );
});

test("any tree: the best is the best of all that are not invalid, also after a block was condemned", () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (parents, a) => {
      const tree = growTree(parents);
      const nodes = [...tree.nodes()];
      const best = () =>
        nodes
          .filter(({ status }) => status !== "invalid")
          .reduce((one, other) => (longestValid.compare(one, other) >= 0 ? one : other));
      expect(tree.best).toBe(best());
      const condemned = nodes[1 + (a % (nodes.length - 1))];
      if (condemned === undefined) return;
      const gone = tree.invalidate(condemned);
      expect(tree.best).toBe(best());
      for (const node of nodes) expect(gone.includes(node)).toBe(ancestorAt(node, condemned.height) === condemned);
      expect(tree.invalidate(condemned)).toEqual([]);
      const late = tree.add(idOf(9_999), sealedAt(condemned.height + 1, 1_000), condemned);
      expect(late.status).toBe("invalid");
      expect(tree.best).toBe(best());
    }),
    { numRuns: 60 },
  );
});

test("any two branches: the locator of one finds a place at or a little below the fork in the other", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(300), (shared, mine, theirs) => {
      const tree = new HeaderTree(genesis, consensus, longestValid);

      const grow = (from: ReturnType<typeof ancestorAt>, count: number) => {
        let tip = from ?? tree.genesis;
        for (let at = 0; at < count; at += 1) tip = tree.add(idOf(tree.size), sealedAt(tip.height + 1), tip);
        return tip;
      };
      const fork = grow(tree.genesis, shared);
      const [own, other] = [grow(fork, mine), grow(fork, theirs)];
      const locator = makeLocator(own);
      expect(locator.length).toBeLessThanOrEqual(32);
      expect(locator.at(-1)).toBe(genesis.id);
      const found = findFork(tree, other, locator);
      expect(found.height).toBeLessThanOrEqual(fork.height);
      expect(ancestorAt(other, found.height)).toBe(found);
      // Steps double: what is sent twice is never more than what was missed, and ten.
      expect(fork.height - found.height).toBeLessThanOrEqual(own.height - fork.height + 10);
    }),
    { numRuns: 40 },
  );
});

test("a header that is known is the one that stands there", () => {
  const tree = growTree([0, 0]);
  const node = tree.get(idOf(1));
  expect(node && tree.add(idOf(1), sealedAt(1, 900), tree.genesis)).toBe(node);
  expect(tree.size).toBe(3);
});

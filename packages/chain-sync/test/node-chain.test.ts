import { memoryStore, SwarmError } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import { targetOf } from "../src/consensus/difficulty.ts";
import { bytesOf } from "../src/hashing/domains.ts";
import { blockIdOf, nameTransaction } from "../src/hashing/ids.ts";
import { readSlot, slots, transfer } from "../src/ledger/index.ts";
import type { BlockBody } from "../src/live/body-intake.ts";
import type { Block, Header } from "../src/model/index.ts";
import { kernelChainStore } from "../src/store/kernel-chain-store.ts";
import { answerQuestion } from "../src/sync/answers.ts";
import type { ChainMessage } from "../src/sync/wire.ts";
import { Branch, personOf, playRules, verifier, writeTransaction } from "./support/chain-play.ts";
import { deliver, keptIds, keptRoot, openNode, type PlayNode } from "./support/node-play.ts";

const [anna, berta, carla] = [personOf(1), personOf(2), personOf(3)];
const rules = playRules({ allocations: [anna, berta].map(({ account }) => ({ account, amount: 1_000_000n })) });
const write = (person: typeof anna, nonce: bigint, amount = 100n, fee = 10n) =>
  writeTransaction(rules, person, transfer, { to: carla.account, amount }, { nonce, fee, unsigned: true });

async function grown(length: number, producer = anna, from?: Branch): Promise<Branch> {
  const branch = new Branch(rules, from);
  for (let at = 0; at < length; at += 1) await branch.grow(producer);
  return branch;
}
/** The block with a changed header, as an attacker would send it. */
function altered(block: Block, changed: Partial<Header>): Block {
  const header = { ...block.sealed.header, ...changed };
  return { ...block, id: blockIdOf(header), sealed: { ...block.sealed, header } };
}

/** The same, with the work that its difficulty asks for. */
function worked(block: Block, changed: Partial<Header>): Block {
  for (let nonce = 0n; ; nonce += 1n) {
    const found = altered(block, { ...changed, nonce });
    if (BigInt(`0x${found.id}`) <= targetOf(BigInt(found.sealed.header.difficulty))) return found;
  }
}

describe("a longer valid chain", () => {
  test("mempool_reorg: is adopted; its transactions leave the pool, valid ones of the losing branch return", async () => {
    const store = memoryStore();
    const node = await openNode(rules, store);
    const [mine, theirs, both] = [write(anna, 0n), write(berta, 0n), write(anna, 1n)];
    const shared = await grown(2);
    const losing = new Branch(rules, shared);
    await losing.grow(anna, [mine, both]);
    const winning = new Branch(rules, shared);
    await winning.grow(berta, [theirs]);
    await winning.grow(berta, [mine]);
    expect(await node.room.submit(theirs, true)).toEqual({ ok: true });
    await deliver(node, losing.blocks);
    expect(node.chain.tip.id).toBe(losing.tip.id);
    await deliver(node, winning.blocks);
    expect(node.chain.tip.id).toBe(winning.tip.id);
    expect(node.pool.all().map(({ id }) => id)).toEqual([both.id]);
    expect(node.chain.position.state.root()).toBe(winning.state.root());
    expect(await keptRoot(store)).toBe(winning.state.root());
    expect(await keptIds(store)).toEqual([rules.genesis.block.id, ...winning.blocks.map(({ id }) => id)]);
    const again = await openNode(rules, store);
    expect(again.pool.all().map(({ id }) => id)).toEqual([both.id]);
    const reorg = node.events.find(({ name }) => name === "chain:reorg")?.event;
    expect(reorg).toMatchObject({ depth: 1, fork: { height: 2 }, old: [losing.tip.id] });
  });

  test("dead right after the write of a reorganisation: what lost its block waits in the store", async () => {
    const store = memoryStore();
    const death = Promise.withResolvers<void>();
    let isDying = false;
    const dying = watchedStore(store, async (operations) => {
      if (isDying) {
        death.resolve();
        await new Promise<never>(() => {});
      }
      isDying =
        operations.some(({ namespace, type }) => namespace === "blocks" && type === "put") &&
        node?.chain.tip.height === 3;
    });
    let node: PlayNode | undefined;
    node = await openNode(rules, dying);
    const paid = write(anna, 0n);
    const shared = await grown(2);
    const losing = new Branch(rules, shared);
    await losing.grow(anna, [paid]);
    await deliver(node, losing.blocks);
    const winning = await grown(2, berta, shared);
    await node.chain.addHeaders(winning.blocks);
    await Promise.race([node.chain.addBodies(winning.blocks), death.promise]);
    const again = await openNode(rules, store);
    expect(again.chain.tip.id).toBe(winning.tip.id);
    expect(again.pool.get(paid.id)).toBeDefined();
  });

  test("a transaction of the losing branch that contradicts the winning one is dropped, and said so", async () => {
    const node = await openNode(rules, memoryStore());
    const [one, rival] = [write(anna, 0n, 100n), write(anna, 0n, 200n)];
    const losing = new Branch(rules);
    await losing.grow(anna, [one]);
    const winning = new Branch(rules);
    await winning.grow(berta, [rival]);
    await winning.grow(berta);
    await deliver(node, [...losing.blocks, ...winning.blocks]);
    expect(node.pool.all()).toEqual([]);
    expect(node.events).toContainEqual({
      name: "tx:dropped",
      event: { id: one.id, account: anna.account, reason: "conflicting" },
    });
  });

  test("bodies in any order: the chain goes as far as they reach", async () => {
    const node = await openNode(rules, memoryStore());
    const branch = await grown(6);
    expect(await node.chain.addHeaders(branch.blocks)).toMatchObject({
      verdict: { ok: true },
    });
    expect(node.chain.tip.height).toBe(0);
    expect(node.chain.tree.best.height).toBe(6);
    const heights: number[] = [];
    for (const at of [1, 2, 0, 5, 4, 3]) {
      const block = branch.blocks[at];
      if (block) expect(await node.chain.addBody(block.id, block.transactions)).toEqual({ ok: true });
      heights.push(node.chain.tip.height);
    }
    expect(heights).toEqual([0, 0, 3, 3, 3, 6]);
  });

  test("deeper than the operator allows: nothing moves, and the alarm is told", async () => {
    const node = await openNode(rules, memoryStore(), { maxReorgDepth: 3 });
    const [own, other] = [await grown(4, anna), await grown(5, berta)];
    await deliver(node, own.blocks);
    expect((await deliver(node, other.blocks)).at(-1)).toBe("DEEP_FORK");
    expect(node.chain.tip.id).toBe(own.tip.id);
    expect(node.events.at(-1)).toMatchObject({ name: "chain:deep-fork", event: { depth: 4 } });
  });
});

describe("a longer chain that breaks a rule changes nothing", () => {
  const cases: readonly [string, string, (block: Block) => Block][] = [
    ["HEADER_WORK", "a bad hash", (block) => altered(block, { nonce: block.sealed.header.nonce + 1n })],
    ["HEADER_ORPHAN", "a bad link", (block) => worked(block, { parent: "ab".repeat(32) })],
    ["BODY_MISMATCH", "a bad Merkle root", (block) => ({ ...block, transactions: [write(anna, 0n)] })],
    ["HEADER_CHAIN", "another genesis", (block) => altered(block, { chainId: "ab".repeat(32) })],
    [
      "HEADER_SEAL",
      "a bad seal",
      (block) => ({ ...block, sealed: { ...block.sealed, seal: new Uint8Array(64).fill(1) } }),
    ],
    ["HEADER_DIFFICULTY", "a lowered difficulty", (block) => altered(block, { difficulty: 1 })],
  ];
  const strict = playRules({ leastDifficulty: 50 });

  test.each(cases)("%s: %s", async (code, _what, spoil) => {
    const [own, other] = [new Branch(strict), new Branch(strict)];
    for (let at = 0; at < 2; at += 1) await own.grow(anna);
    for (let at = 0; at < 3; at += 1) await other.grow(berta);
    const store = memoryStore();
    const node = await openNode(strict, store);
    await deliver(node, own.blocks);
    const codes = await deliver(
      node,
      other.blocks.map((block, at) => (at === 2 ? spoil(block) : block)),
    );
    expect(codes.at(-1)).toBe(code);
    expect(node.chain.tip.id).toBe(own.tip.id);
    expect(await keptRoot(store)).toBe(own.state.root());
  });

  test.each<[string, Partial<Header>]>([["BLOCK_STATE", { stateRoot: "00".repeat(32) }]])(
    "%s in the middle of a branch: condemned for ever with all on it, the tip stays, over restarts",
    async (code, changed) => {
      const store = memoryStore();
      const node = await openNode(rules, store);
      const [own, other] = [await grown(3), await grown(1, berta)];
      await deliver(node, own.blocks);
      await deliver(node, other.blocks);
      const next = await grown(1, berta, other);
      const bad = altered(next.blocks[1] ?? rules.genesis.block, changed);
      const onBad: Block[] = [];
      for (const height of [3, 4, 5]) {
        const parent = onBad.at(-1) ?? bad;
        onBad.push(altered(bad, { height, parent: parent.id, time: parent.sealed.header.time + 30_000 }));
      }
      const blocks = [bad, ...onBad];
      await node.chain.addHeaders(blocks);
      expect(node.chain.tree.best.height).toBe(5);
      const codes: string[] = [];
      for (const block of blocks) {
        const verdict = await node.chain.addBody(block.id, block.transactions);
        codes.push(verdict.ok ? "ok" : verdict.code);
      }
      // Whether the tie at height 3 is tried hangs on the ids; the block at height 4 is in any case.
      expect([codes[0], codes[2], codes[3]]).toEqual(["ok", "ANCESTOR_INVALID", "ANCESTOR_INVALID"]);
      expect(node.chain.tip.id).toBe(own.tip.id);
      expect(node.chain.tree.best.id).toBe(own.tip.id);
      expect(node.events.filter(({ name }) => name === "block:invalid")).toMatchObject([
        { event: { id: bad.id, refusal: { code } } },
      ]);
      expect(await keptRoot(store)).toBe(own.state.root());
      const again = await openNode(rules, store);
      expect(again.chain.tip.id).toBe(own.tip.id);
      expect(await deliver(again, [bad])).toEqual(["ANCESTOR_INVALID"]);
    },
  );

  test("BLOCK_SIGNATURE: a transaction that nobody signed", async () => {
    const branch = new Branch(rules);
    await branch.grow(anna, [write(anna, 0n)]);
    const node = await openNode(rules, memoryStore(), { verifier });
    expect(await deliver(node, branch.blocks)).toEqual(["BLOCK_SIGNATURE"]);
    expect(node.chain.tip.height).toBe(0);
  });

  test("a mutated body does not condemn the block: the right one is taken afterwards", async () => {
    const branch = new Branch(rules);
    const block = await branch.grow(anna, [write(anna, 0n)]);
    const node = await openNode(rules, memoryStore());
    const twisted = block.transactions.map(({ transaction }) =>
      nameTransaction({ ...transaction, signature: new Uint8Array(64).fill(9) }),
    );
    expect(await deliver(node, [{ ...block, transactions: twisted }, block])).toEqual(["BODY_MISMATCH", "ok"]);
    expect(node.chain.tip.id).toBe(block.id);
  });

  test("many bodies at once: one write for all that hold, each with its own verdict, those of another branch kept for later", async () => {
    const branch = await grown(5);
    const side = await grown(2, berta);
    const lie = altered((await grown(1, carla, side)).blocks[2] as Block, { stateRoot: "00".repeat(32) });
    let moves = 0;
    const store = memoryStore();
    const watched = watchedStore(store, async (operations) => {
      if (operations.some(({ namespace }) => namespace === "activeChain")) moves += 1;
    });
    const node = await openNode(rules, watched);
    await node.chain.addHeaders(branch.blocks);
    await node.chain.addHeaders([...side.blocks, lie]);
    moves = 0;
    const [first, second, ...rest] = branch.blocks;
    if (first === undefined || second === undefined) throw new Error("five were grown");
    const codes = async (bodies: readonly BlockBody[]) =>
      (await node.chain.addBodies(bodies)).map((verdict) => (verdict.ok ? "ok" : verdict.code));
    const mutated = { id: second.id, transactions: [write(anna, 0n)] };
    const unknown = { id: "ff".repeat(32), transactions: [] };
    expect(await codes([...rest, mutated, unknown])).toEqual(["ok", "ok", "ok", "BODY_MISMATCH", "HEADER_ORPHAN"]);
    expect([moves, node.chain.tip.height]).toEqual([0, 0]);
    expect(await codes([...side.blocks, lie])).toEqual(["ok", "ok", "BLOCK_STATE"]);
    expect([moves, node.chain.tip.id]).toEqual([1, side.tip.id]);
    expect(await codes([second, first])).toEqual(["ok", "ok"]);
    expect([moves, node.chain.tip.id]).toEqual([2, branch.tip.id]);
    expect(await keptRoot(store)).toBe(branch.state.root());
    expect(await codes([...branch.blocks, lie])).toEqual(["ok", "ok", "ok", "ok", "ok", "ANCESTOR_INVALID"]);
  });

  test("headers of the future wait without blame, headers that do not stand on each other are refused", async () => {
    const branch = await grown(3);
    const sealed = branch.blocks;
    const node = await openNode(rules, memoryStore(), { wall: () => rules.parameters.genesisTime });
    expect(await node.chain.addHeaders([...sealed.slice(0, 1), ...sealed.slice(2)])).toMatchObject({
      verdict: { code: "HEADERS_NOT_CONTIGUOUS", score: 100 },
    });
    const far = await new Branch(rules, branch).grow(anna, [], 500_000);
    const taken = await node.chain.addHeaders([...sealed, far]);
    expect(taken).toMatchObject({ verdict: { code: "HEADER_FUTURE", class: "future", score: 0 } });
    expect(taken.nodes).toHaveLength(3);
  });
});

describe("the store", () => {
  test("a restart finds chain, state and pool", async () => {
    const store = memoryStore();
    const node = await openNode(rules, store);
    const branch = new Branch(rules);
    await branch.grow(anna, [write(anna, 0n)]);
    await deliver(node, branch.blocks);
    const waiting = write(berta, 0n);
    await node.room.submit(waiting, true);
    const again = await openNode(rules, store);
    expect(again.chain.tip.id).toBe(branch.tip.id);
    expect(again.pool.get(waiting.id)?.isLocal).toBe(true);
    expect(readSlot(again.chain.position.state, slots.account(carla.account)).balance).toBe(100n);
  });

  test("of another network, of a newer version, or altered: refused with its code", async () => {
    const store = memoryStore();
    const branch = await grown(2);
    await deliver(await openNode(rules, store), branch.blocks);
    await expect(openNode(playRules({ network: "other" }), store)).rejects.toMatchObject({
      code: "CHAIN_STORE_FOREIGN",
    });
    const pool = store.namespace("rewardPool");
    const honest = await pool.get("pool");
    await pool.put(
      "pool",
      Uint8Array.from(honest ?? [], (byte, at) => (at === 7 ? byte ^ 1 : byte)),
    );
    await expect(openNode(rules, store)).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
    await pool.put("pool", honest ?? new Uint8Array());
    expect((await openNode(rules, store)).chain.tip.id).toBe(branch.tip.id);
    const mark = await store.namespace("chain").get("mark");
    await store.namespace("chain").put(
      "mark",
      Uint8Array.from(mark ?? [], (byte, at) => (at === 3 ? 2 : byte)),
    );
    await expect(openNode(rules, store)).rejects.toMatchObject({ code: "CHAIN_STORE_NEWER" });
  });

  test("a body that is not the one of its header is given to nobody", async () => {
    const store = memoryStore();
    const node = await openNode(rules, store);
    const branch = new Branch(rules);
    const block = await branch.grow(anna, [write(anna, 0n)]);
    await deliver(node, branch.blocks);
    const bodies = store.namespace("blocks");
    const honest = (await bodies.get(block.id)) ?? expect.fail("no body");
    await bodies.put(
      block.id,
      honest.map((byte, at) => (at === honest.length - 1 ? byte ^ 1 : byte)),
    );
    const kept = kernelChainStore(store, rules.genesis.block.id);
    await expect(kept.body(block)).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
    const question: ChainMessage = { kind: "getBodies", ids: [bytesOf(block.id)] };
    const archive = { chain: node.chain, pool: node.pool, store: kept };
    await expect(answerQuestion(archive, question)).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
    await bodies.put(block.id, honest);
    expect(await kept.body(block)).toEqual(block.transactions);
  });

  test("full at any write: INTERNAL, nobody is blamed, nothing is condemned, and it goes on when there is room", async () => {
    const branch = new Branch(rules);
    for (let at = 0; at < 4; at += 1) await branch.grow(anna, [write(anna, BigInt(at))]);
    let writes = 0;
    const counted = watchedStore(memoryStore(), async () => {
      writes += 1;
    });
    await deliver(await openNode(rules, counted), branch.blocks);
    expect(writes).toBeGreaterThan(8);
    for (let full = 1; full < writes; full += 1) {
      const store = memoryStore();
      const broken = watchedStore(store, async (_operations, index) => {
        if (index === full) throw new SwarmError("STORE_FULL", "no room");
      });
      const node = await openNode(rules, broken);
      const codes = new Set(await deliver(node, branch.blocks));
      expect([...codes].every((code) => code === "ok" || code === "INTERNAL" || code === "HEADER_ORPHAN")).toBe(true);
      expect(await keptRoot(store)).toBe(node.chain.position.state.root());
      await deliver(node, branch.blocks);
      await node.chain.resume();
      expect(node.chain.tip.id).toBe(branch.tip.id);
      expect(await keptRoot(store)).toBe(branch.state.root());
      expect((await openNode(rules, store)).chain.tip.id).toBe(branch.tip.id);
    }
  });
});

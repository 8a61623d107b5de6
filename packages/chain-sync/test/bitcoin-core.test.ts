import { memoryStore } from "@swarm-space/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeBody } from "../src/codec/index.ts";
import type { Block } from "../src/model/index.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { forged, lastOf, meetServing, openScene, payment } from "./support/input/scene.ts";
import { bodiesOf, bodyOf, headersOf, packed, type Stranger, SyncStage, serving, tipOf } from "./support/sync-stage.ts";

const window = 32;
vi.mock("../src/sync/sync-limits.ts", async (load) => {
  const { syncLimits } = await load<typeof import("../src/sync/sync-limits.ts")>();
  // As all it does is the same at 1,024, and takes thirty times as long.
  return { syncLimits: Object.freeze({ ...syncLimits, window: 32 }) };
});

const [anna, berta] = [personOf(1), personOf(2)];
async function grown(from: Branch | SyncStage, length: number, by = anna, stepMs?: number): Promise<Branch> {
  const branch = from instanceof Branch ? new Branch(from.rules, from) : new Branch(from.rules);
  for (let at = 0; at < length; at += 1) await branch.grow(by, [], stepMs);
  return branch;
}
const idsAsked = (peer: Stranger) => peer.asked.flatMap((each) => (each.kind === "getBodies" ? each.ids : []));
const kindsAsked = (peer: Stranger) => peer.asked.map(({ kind }) => kind);

describe("p2p_unrequested_blocks", () => {
  let stage: SyncStage;
  let own: Branch;
  let fork: Branch;
  let peer: Stranger;
  let withheld: readonly string[] = [];
  const statusAt = (height: number) => stage.room.chain.tree.get(fork.blocks[height - 1]?.id ?? "")?.status;

  beforeAll(async () => {
    stage = await SyncStage.open();
    own = await grown(stage, 2);
    fork = await grown(stage, window + 4, berta, 29_000);
    const blocks = () => [...own.blocks, ...fork.blocks].filter(({ id }) => !withheld.includes(id));
    peer = await stage.meet("peer", (question) => {
      if (question.kind === "getHeaders") return serving(fork.blocks)(question);
      return serving(blocks())(question);
    });
  });
  afterAll(() => stage.close());

  test("1. a node with one block of its own", async () => {
    await stage.hold(own.blocks.slice(0, 1));
    expect(stage.tip.height).toBe(1);
  });

  test("2. a block on the tip, told of, is asked for, and the tip advances", async () => {
    await peer.tell(tipOf(own.blocks[1]));
    expect(stage.tip.id).toBe(own.tip.id);
    expect(kindsAsked(peer)).toEqual(["getBodies"]);
  });

  test("3. a block that forks from the genesis with less work: its header is taken, its body neither asked for nor taken", async () => {
    const [first] = fork.blocks;
    await peer.tell(tipOf(first));
    await peer.tell(bodiesOf([first]));
    expect(statusAt(1)).toBe("header");
    expect(idsAsked(peer)).toHaveLength(1);
    expect(stage.tip.id).toBe(own.tip.id);
  });

  test("4a, b. more on the fork: their bodies are kept, and the node stays on its chain, for one between is missing", async () => {
    withheld = [fork.blocks[0]?.id ?? ""];
    await peer.tell(tipOf(fork.blocks[2]));
    expect([1, 2, 3].map(statusAt)).toEqual(["header", "body", "body"]);
    expect(stage.tip.id).toBe(own.tip.id);
  });

  test("4c. many more: kept as far as the window reaches above the fork, and no further", async () => {
    for (let round = 0; round < 4; round += 1) {
      await stage.pass(16_000);
      await peer.tell(tipOf(lastOf(fork.blocks)));
    }
    expect(stage.room.chain.tree.best.id).toBe(fork.tip.id);
    expect(Array.from({ length: window - 1 }, (_, at) => statusAt(at + 2))).toEqual(Array(window - 1).fill("body"));
    expect([1, 2, 3, 4].map((above) => statusAt(window + above))).toEqual(Array(4).fill("header"));
    expect(stage.tip.id).toBe(own.tip.id);
  });

  test("p2p_fingerprint: what the node never connected is shown to nobody", async () => {
    const asker = await stage.meet("curious");
    const [first, second] = [own, fork].map(({ blocks }) => blocks[1]?.id ?? "");
    const answer = await asker.ask({ kind: "getBodies", ids: packed([second ?? "", first ?? ""]) });
    expect(answer).toEqual(bodiesOf([undefined, own.blocks[1]]));
    const headers = await asker.ask({ kind: "getHeaders", locator: packed([fork.blocks[0]?.id ?? ""]) });
    expect(headers).toEqual(headersOf(own.blocks));
    await asker.leave();
  });

  test("5. the missing one again, unrequested: nothing happens", async () => {
    await peer.tell(bodiesOf(fork.blocks.slice(0, 1)));
    expect(statusAt(1)).toBe("header");
    expect(stage.tip.id).toBe(own.tip.id);
  });

  test("6. told of the end once more, the node asks for the one that is missing", async () => {
    await stage.pass(16_000);
    withheld = [];
    const before = peer.asked.length;
    await peer.tell(tipOf(lastOf(fork.blocks)));
    const [question] = peer.asked.slice(before);
    expect(question).toMatchObject({ kind: "getBodies", ids: packed([fork.blocks[0]?.id ?? ""]) });
  });

  test("7. now that it came, the whole fork is the chain, in one reorganisation", async () => {
    await stage.pass(5);
    expect(stage.tip.id).toBe(fork.tip.id);
    expect(stage.heardOf("chain:reorg")).toMatchObject([{ depth: 2, fork: { height: 0 } }]);
    expect(stage.bans).toEqual([]);
  });

  test("8. a better fork with an invalid block and headers on it: the tip stays, and more headers on it ban their sender", async () => {
    const lying = forged(lastOf((await grown(fork, 1)).blocks), { stateRoot: "00".repeat(32) });
    const onIt: Block[] = [];
    for (let at = 1; at <= 3; at += 1) {
      const { id, sealed } = onIt.at(-1) ?? lying;
      const { height, time } = sealed.header;
      onIt.push(forged(lying, { parent: id, height: height + 1, time: time + 30_000 }));
    }
    const liar = await stage.meet("liar", serving([...fork.blocks, lying, ...onIt]));
    await liar.tell(tipOf(onIt[0]));
    expect(stage.tip.id).toBe(fork.tip.id);
    expect(stage.heardOf("block:invalid")).toMatchObject([{ id: lying.id }]);
    expect(stage.bans).toEqual([["liar", "BLOCK_STATE"]]);
    const other = await stage.meet("other", serving([...fork.blocks, lying, ...onIt]));
    await other.tell(tipOf(onIt[1]));
    expect(stage.bans).toEqual([
      ["liar", "BLOCK_STATE"],
      ["other", "ANCESTOR_INVALID"],
    ]);
  });

  test("9. a new node comes to the same tip by asking this one", async () => {
    const late = await SyncStage.open();
    const asker = await stage.meet("asker");
    const served = await late.meet("served", (question) => asker.ask(question));
    await served.tell(asker.told.at(-1));
    await late.pass(100);
    expect(late.tip.id).toBe(fork.tip.id);
    late.close();
  });
});

describe("p2p_invalid_block", () => {
  test("a body with a transaction doubled, as in CVE-2012-2459: refused, and the block is taken from another", async () => {
    const scene = await openScene();
    const { stage, better } = scene;
    const block = await better.grow(berta, [payment(scene, { nonce: 0n }), payment(scene, { nonce: 1n })]);
    const [first, second] = block.transactions.map(({ transaction }) => transaction);
    const doubled = first && second ? encodeBody([first, second, second]) : expect.fail("two were written");
    const liar = await stage.meet(
      "liar",
      serving(better.blocks, ({ kind }) =>
        kind === "getBodies"
          ? { kind: "bodies", bodies: better.blocks.map((each) => (each === block ? doubled : bodyOf(each))) }
          : undefined,
      ),
    );
    await liar.tell(tipOf(block));
    expect(stage.bans).toEqual([["liar", "BODY_MISMATCH"]]);
    expect(stage.tip.height).toBe(4);
    await meetServing(scene, "honest", better.blocks);
    expect(stage.tip.id).toBe(block.id);
    stage.close();
  });

  test("a producer that gives himself more than the reward: refused for ever", async () => {
    const { stage, own } = await openScene();
    const block = await new Branch(stage.rules, own).grow(berta);
    const richer = new Branch(stage.rules, own);
    await richer.grow(anna);
    const thief = forged(block, { stateRoot: richer.tip.sealed.header.stateRoot });
    await meetServing({ stage }, "liar", [...own.blocks, thief]);
    expect(stage.bans).toEqual([["liar", "BLOCK_STATE"]]);
    expect(stage.tip.id).toBe(own.tip.id);
    stage.close();
  });

  test("a block of the future is refused without blame, and taken when its time has come", async () => {
    const { stage, own } = await openScene();
    const branch = new Branch(stage.rules, own);
    const block = await branch.grow(anna, [], stage.clock.wall() + 200_000 - own.tip.time);
    const peer = await meetServing({ stage }, "peer", branch.blocks);
    expect([stage.tip.id, stage.points(peer)]).toEqual([own.tip.id, 0]);
    await stage.pass(100_000);
    await peer.tell(tipOf(block));
    expect(stage.tip.id).toBe(block.id);
    stage.close();
  });
});

describe("p2p_sendheaders", () => {
  /** The headers of the ends that it was told of. */
  const tipsTold = (peer: Stranger, since: number) =>
    peer.told.slice(since).flatMap((each) => (each.kind === "tip" ? [each.header] : []));

  test("a new block is told by its header alone, once to each who does not have it, and not to who gave it", async () => {
    const stage = await SyncStage.open();
    const branch = await grown(stage, 2);
    const giver = await stage.meet("giver", serving(branch.blocks));
    const others = [await stage.meet("one"), await stage.meet("two")];
    const before = [giver, ...others].map(({ told }) => told.length);
    await giver.tell(tipOf(branch.blocks[1]));
    await stage.pass(1_000);
    const told = [giver, ...others].map((peer, at) => tipsTold(peer, before[at] ?? 0));
    const { header: news } = tipOf(branch.blocks[1]);
    expect(told).toEqual([[], [news], [news]]);
    stage.close();
  });

  test("a reorganisation of ten blocks is told by one header; who asks from where it was is given all behind the fork", async () => {
    const stage = await SyncStage.open();
    const [shared] = [await grown(stage, 3)];
    const [old, fresh] = [await grown(shared, 10), await grown(shared, 11, berta, 29_000)];
    await stage.hold(old.blocks);
    const peer = await stage.meet("peer");
    await peer.tell(tipOf(lastOf(old.blocks)));
    const before = peer.told.length;
    await meetServing({ stage }, "giver", fresh.blocks);
    await stage.pass(100);
    expect(stage.tip.id).toBe(fresh.tip.id);
    expect(tipsTold(peer, before)).toEqual([tipOf(lastOf(fresh.blocks)).header]);
    const locator = packed(old.blocks.toReversed().map(({ id }) => id));
    expect(await peer.ask({ kind: "getHeaders", locator })).toEqual(headersOf(fresh.blocks.slice(3)));
    stage.close();
  });

  test("a header on the tip: its body is asked for at once, and nothing else; many at a time, sixteen at most", async () => {
    const stage = await SyncStage.open();
    const branch = await grown(stage, 25);
    await stage.hold(branch.blocks.slice(0, 2));
    const peer = await stage.meet("peer", (question) =>
      question.kind === "getHeaders" ? serving(branch.blocks)(question) : new Promise(() => {}),
    );
    await peer.tell(tipOf(branch.blocks[2]));
    expect(kindsAsked(peer)).toEqual(["getBodies"]);
    await peer.tell(tipOf(branch.blocks[24]));
    expect(kindsAsked(peer)).toEqual(["getBodies", "getHeaders", "getBodies"]);
    expect(idsAsked(peer)).toEqual(packed(branch.blocks.slice(2, 18).map(({ id }) => id)));
    stage.close();
  });

  test("headers of a lesser branch are taken, and none of its bodies is asked for", async () => {
    const stage = await SyncStage.open();
    const [own, lesser] = [await grown(stage, 5), await grown(stage, 3, berta)];
    await stage.hold(own.blocks);
    const peer = await meetServing({ stage }, "peer", lesser.blocks);
    expect(stage.room.chain.tree.get(lesser.tip.id)?.status).toBe("header");
    expect(idsAsked(peer)).toEqual([]);
    // It may not know of the better one.
    expect(peer.told.at(-1)).toMatchObject(tipOf(lastOf(own.blocks)));
    stage.close();
  });

  test("headers that connect to nothing are asked about, each time; ten in a row cost, and one that connects begins anew", async () => {
    const stage = await SyncStage.open();
    const branch = await grown(stage, 5);
    const peer = await stage.meet("peer", serving(branch.blocks.slice(3)));
    const homeless = async (times: number) => {
      for (let at = 0; at < times; at += 1) {
        await peer.tell(tipOf(branch.blocks[4]));
        await stage.pass(300);
      }
    };
    await homeless(9);
    expect(kindsAsked(peer)).toEqual(Array(9).fill("getHeaders"));
    await peer.tell(tipOf(branch.blocks[0]));
    await stage.pass(300);
    await homeless(9);
    expect(stage.points(peer)).toBeLessThanOrEqual(1);
    await homeless(1);
    expect(stage.points(peer)).toBeGreaterThanOrEqual(20);
    expect(stage.tip.height).toBe(0);
    stage.close();
  });
});

test("mempool_persist: what waits is there after a restart", async () => {
  const store = memoryStore();
  const scene = await openScene({ store });
  const paid = payment(scene, { nonce: 0n });
  await scene.stage.room.room.submit(paid, true);
  scene.stage.close();
  const again = await openScene({ store });
  expect(again.stage.room.pool.all().map(({ id }) => id)).toEqual([scene.waiting.id, paid.id].sort());
  again.stage.close();
});

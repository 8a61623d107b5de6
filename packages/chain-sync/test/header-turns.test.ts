import { describe, expect, test } from "vitest";
import type { Block } from "../src/model/index.ts";
import { Branch } from "./support/chain-play.ts";
import { anna } from "./support/input/scene.ts";
import { type Answering, type Stranger, SyncStage, serving, tipOf } from "./support/sync-stage.ts";

const silent: Answering = () => new Promise(() => {});

/** A node, a hundred who tell of a chain of sixty and whom `before` prepares, and one behind them who has it. */
async function crowd(before: (stage: SyncStage) => void, answer: (blocks: readonly Block[]) => Answering) {
  const stage = await SyncStage.open();
  const branch = new Branch(stage.rules);
  for (let at = 0; at < 60; at += 1) await branch.grow(anna);
  const { blocks } = branch;
  const others: Stranger[] = [];
  for (let at = 0; at < 100; at += 1) others.push(await stage.meet(`other-${at}`, answer(blocks)));
  const honest = await stage.meet("honest", serving(blocks));
  before(stage);
  const begun = stage.clock.now();
  for (const peer of [...others, honest]) await peer.tell(tipOf(blocks.at(-1)));
  /** Seconds from the last word of all until the headers are here, for a minute and a half at most. */
  const secondsToHeaders = async () => {
    while (stage.room.chain.tree.best.height < 60 && stage.clock.now() - begun < 90_000) await stage.pass(100);
    return (stage.clock.now() - begun) / 1_000;
  };
  return { stage, others, honest, secondsToHeaders };
}

describe("who keeps silent when asked for headers", () => {
  test("a hundred keep an honest one behind them waiting for less than a second; ablation: believed beforehand, for most of a minute", async () => {
    const unknown = await crowd(
      () => {},
      () => silent,
    );
    expect(await unknown.secondsToHeaders()).toBeLessThan(1);
    unknown.stage.close();
    const believed = await crowd(
      ({ sync }) => {
        for (const { allowed } of sync.peers.all) allowed.silences = 0;
      },
      () => silent,
    );
    expect(await believed.secondsToHeaders()).toBeGreaterThan(40);
    believed.stage.close();
  });

  test("though it gave its first ones it comes behind those who give new ones: a turn of two seconds, and not one for each", async () => {
    const first =
      (blocks: readonly Block[]): Answering =>
      (question) =>
        question.kind === "getHeaders" && question.most < 2_000
          ? serving(blocks.slice(0, 16))(question)
          : silent(question);
    const { stage, others, secondsToHeaders } = await crowd(() => {}, first);
    expect(await secondsToHeaders()).toBeLessThan(3);
    // Those whose turns passed waited for them no more than four at a time.
    const begun = () =>
      others.filter(({ asked }) => asked.some((each) => "most" in each && each.most === 2_000)).length;
    const before = begun();
    await stage.pass(2_000);
    expect(begun() - before).toBeLessThanOrEqual(2 * 4);
    stage.close();
  });

  test("where all serve, one alone is asked for all", async () => {
    const { stage, others, honest, secondsToHeaders } = await crowd(() => {}, serving);
    expect(await secondsToHeaders()).toBeLessThan(1);
    const asked = [...others, honest].filter((peer) =>
      peer.asked.some((each) => "most" in each && each.most === 2_000),
    );
    expect(asked.length).toBeLessThanOrEqual(1);
    stage.close();
    await stage.pass(1);
    expect(stage.clock.pending).toBe(0);
  });
});

describe("a peer that is being asked for headers", () => {
  /** It tells of three of its four blocks, and its answer waits for `answer`. */
  async function asked() {
    const stage = await SyncStage.open();
    const branch = new Branch(stage.rules);
    for (let at = 0; at < 4; at += 1) await branch.grow(anna);
    const { blocks } = branch;
    const { promise, resolve } = Promise.withResolvers<void>();
    let count = 3;
    const peer = await stage.meet("peer", async (question) => {
      const then = blocks.slice(0, count);
      if (question.kind === "getHeaders") await promise;
      return serving(then)(question);
    });
    return { stage, blocks, peer, answer: resolve, mine: () => (count = 4) };
  }

  test("a sync in the middle of it is not over before it is, and a peer that gave headers takes part though it told no tip", async () => {
    const { stage, peer, answer } = await asked();
    const once = () => stage.sync.syncNow(new AbortController().signal);
    const over: number[] = [];
    const both = [1, 2].map((each) => once().then(() => over.push(each)));
    await stage.pass(100);
    expect({ over, asked: peer.asked.length }).toEqual({ over: [], asked: 1 });
    answer();
    await stage.pass(100);
    await Promise.all(both);
    expect(stage.tip.height).toBe(3);
    expect(stage.sync.peers.all.map(({ speaks }) => speaks)).toEqual([true]);
    stage.close();
  });

  test("a block that it tells of meanwhile, and that its answer is without, is asked for behind it", async () => {
    const { stage, blocks, peer, answer, mine } = await asked();
    await peer.tell(tipOf(blocks[2]));
    mine();
    await peer.tell(tipOf(blocks[3]));
    answer();
    await stage.pass(1_000);
    expect(stage.tip.height).toBe(4);
    stage.close();
  });
});

test("a peer whose channel was away and is back is told, asked and followed again", async () => {
  const stage = await SyncStage.open();
  const branch = new Branch(stage.rules);
  for (let at = 0; at < 2; at += 1) await branch.grow(anna);
  const { blocks } = branch;
  const peer = await stage.meet("peer", serving(blocks));
  stage.setChannel(peer.id, false);
  await stage.pass(stage.interval + 1);
  const asked = peer.asked.length;
  await stage.sync.syncNow(new AbortController().signal);
  expect(peer.asked).toHaveLength(asked);
  stage.setChannel(peer.id, true);
  await peer.tell(tipOf(blocks[1]));
  await stage.pass(100);
  expect(stage.tip.height).toBe(2);
  const told = peer.told.length;
  await stage.pass(stage.interval);
  expect(peer.told.length).toBeGreaterThan(told);
  stage.close();
});

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

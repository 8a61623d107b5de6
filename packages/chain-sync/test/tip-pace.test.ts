import { afterEach, expect, test, vi } from "vitest";
import { openHeader } from "../src/hashing/ids.ts";
import { syncLimits } from "../src/sync/sync-limits.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { type Stranger, SyncStage, serving } from "./support/sync-stage.ts";

const pace = vi.hoisted((): { told?: { capacity: number; perSecond: number } } => ({}));
vi.mock("../src/sync/sync-limits.ts", async (load) => {
  const { syncLimits } = await load<typeof import("../src/sync/sync-limits.ts")>();
  const tipsTold = { get: () => pace.told ?? syncLimits.tipsTold };
  return { syncLimits: Object.defineProperties({ ...syncLimits }, { tipsTold }) };
});
const stages: SyncStage[] = [];
afterEach(() => {
  delete pace.told;
  for (const stage of stages.splice(0)) stage.close();
});

const openStage = async () => {
  const stage = await SyncStage.open();
  stages.push(stage);
  return stage;
};
const tipsOf = ({ told }: Stranger) => told.flatMap((each) => (each.kind === "tip" ? [each] : []));
const idOf = ({ header }: { readonly header: Uint8Array }) => {
  const opened = openHeader(header);
  return opened.ok ? opened.value.id : expect.fail("no header");
};

/** One node makes ten blocks a second, and another hears of them. */
async function quickMiner(seconds: number) {
  const [miner, listener] = [await openStage(), await openStage()];
  const branch = new Branch(miner.rules);
  const far = await listener.meet("miner", (question) => serving(branch.blocks)(question));
  const near = await miner.meet("listener");
  let heard = 0;
  const bring = async () => {
    for (const tip of tipsOf(near).slice(heard)) await far.tell(tip);
    heard = tipsOf(near).length;
  };
  for (let at = 0; at < 10 * seconds; at += 1) {
    await miner.hold([await branch.grow(personOf(1))]);
    await miner.pass(99);
    await listener.pass(99);
    await bring();
  }
  await miner.pass(1_000);
  await bring();
  await listener.pass(1_000);
  return { miner, listener, near, far };
}

test("who mines quickly is no flooder: it tells at half the pace that others hear, and its last block in the end", async () => {
  const { miner, listener, near, far } = await quickMiner(20);
  expect(tipsOf(near).length).toBeGreaterThan(20);
  expect(listener.sync.court.rejected).toEqual({});
  expect(listener.points(far)).toBe(0);
  expect(idOf(tipsOf(near).at(-1) ?? expect.fail("nothing was told"))).toBe(miner.tip.id);
  expect(listener.tip.id).toBe(miner.tip.id);
});

test("ablation: without the sender's pace an honest miner is charged for flooding", async () => {
  pace.told = { capacity: 1_000, perSecond: 1_000 };
  const { listener, far } = await quickMiner(20);
  expect(listener.sync.court.rejected).toHaveProperty("FLOOD");
  expect(listener.points(far)).toBeGreaterThan(50);
});

/** A block every half second, on a way that holds letters up. @returns how many ends are on it */
async function heldUp(stage: SyncStage, peer: Stranger): Promise<number> {
  const branch = new Branch(stage.rules);
  const before = tipsOf(peer).length;
  stage.holdUp();
  for (let at = 0; at < 30; at += 1) {
    await stage.hold([await branch.grow(personOf(1))]);
    await stage.pass(499);
  }
  return tipsOf(peer).length - before;
}

test("on a way that holds letters up, no more are under way than who hears them all at once has room for", async () => {
  const stage = await openStage();
  const peer = await stage.meet("far");
  const held = await heldUp(stage, peer);
  expect(held).toBe(syncLimits.tipsTold.capacity);
  expect(held).toBeLessThan(syncLimits.tipsHeard.capacity);
  stage.goOn();
  await stage.pass(2_000);
  expect(idOf(tipsOf(peer).at(-1) ?? expect.fail("nothing was told"))).toBe(stage.tip.id);
});

test("ablation: where only the pace is kept, they come in a heap", async () => {
  pace.told = { capacity: 1_000, perSecond: 2 };
  const stage = await openStage();
  expect(await heldUp(stage, await stage.meet("far"))).toBeGreaterThan(2 * syncLimits.tipsHeard.capacity);
});

test("a user who asks for a sync again and again makes no flooder of the node", async () => {
  const stage = await openStage();
  const peer = await stage.meet("far", serving([]));
  for (let at = 0; at < 50; at += 1) await stage.sync.syncNow(new AbortController().signal);
  expect(tipsOf(peer).length).toBeLessThanOrEqual(syncLimits.tipsTold.capacity);
});

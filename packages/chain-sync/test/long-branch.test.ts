import { expect, test } from "vitest";
import { syncLimits } from "../src/sync/sync-limits.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { lastOf, meetServing } from "./support/input/scene.ts";
import { SyncStage } from "./support/sync-stage.ts";

const [anna, berta] = [personOf(1), personOf(2)];

test("a branch that wins only above the window is fetched as far as it takes: an operator who allows it is not left behind", async () => {
  const stage = await SyncStage.open({ options: { maxReorgDepth: 10_000 } });
  const [own, better] = [new Branch(stage.rules), new Branch(stage.rules)];
  const { window } = syncLimits;
  for (let at = 0; at < window + 20; at += 1) await own.grow(anna);
  for (let at = 0; at < window + 40; at += 1) await better.grow(berta);
  await stage.room.chain.addHeaders(own.blocks);
  await stage.room.chain.addBodies(own.blocks);
  expect(stage.tip.id).toBe(own.tip.id);
  await meetServing({ stage }, "peer", better.blocks);
  await stage.pass(10_000);
  expect(lastOf(better.blocks).id).toBe(stage.tip.id);
  stage.close();
});

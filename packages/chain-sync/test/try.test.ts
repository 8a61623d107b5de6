import { expect, test } from "vitest";
import { Branch, personOf } from "./support/chain-play.ts";
import { SyncStage, serving, tipOf } from "./support/sync-stage.ts";

test("stage", async () => {
  const stage = await SyncStage.open();
  const branch = new Branch(stage.rules);
  for (let at = 0; at < 40; at += 1) await branch.grow(personOf(1));
  const p = await stage.meet("anna", serving(branch.blocks));
  await p.tell(tipOf(branch.blocks.at(-1)));
  await stage.pass(10);
  expect(stage.tip.height).toBe(40);
  expect(stage.bans).toEqual([]);
  stage.close();
});

import { expect, test } from "vitest";
import { shortIdBytes } from "../src/sync/short-ids.ts";
import { anna, openScene, type Scene } from "./support/input/scene.ts";
import { packed, type Stranger } from "./support/sync-stage.ts";

/** A block of what waits, at a node with one peer that is told after so many milliseconds. */
async function blockAfter(ms: number): Promise<Scene & { readonly peer: Stranger }> {
  const scene = await openScene();
  const { stage, own, waiting } = scene;
  const peer = await stage.meet("peer");
  await stage.pass(ms);
  await stage.hold([await own.grow(anna, [waiting])]);
  await stage.pass(1_000);
  stage.close();
  return { ...scene, peer };
}

const announced = ({ told }: Stranger) => told.flatMap((each) => (each.kind === "have" ? each.ids : []));
const named = ({ told }: Stranger) => told.flatMap((each) => (each.kind === "tip" ? [each.short?.length] : [])).at(-1);

test("what was announced is named beside its block's header", async () => {
  const { peer, waiting } = await blockAfter(200);
  expect(announced(peer)).toEqual(packed([waiting.fullId]));
  expect(named(peer)).toBe(shortIdBytes);
});

test("what stands in a block before it was announced is not announced any more, and a peer that heard of nothing is not given its name", async () => {
  const { peer } = await blockAfter(5);
  expect(announced(peer)).toEqual([]);
  expect(named(peer)).toBeUndefined();
});

test("a block without transactions says so: it needs no body", async () => {
  const { stage, own } = await openScene();
  const peer = await stage.meet("peer");
  await stage.hold([await own.grow(anna)]);
  expect(named(peer)).toBe(0);
  stage.close();
});

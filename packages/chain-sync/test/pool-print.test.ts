import { expect, test } from "vitest";
import { TransactionRelay } from "../src/sync/transaction-relay.ts";
import { openScene, payment } from "./support/input/scene.ts";

test("the pool's fingerprint is reckoned when the pool has changed, not for each tip that asks", async () => {
  const scene = await openScene();
  const { stage } = scene;
  const { pool, room } = stage.room;
  const { court, peers } = stage.sync;
  const relay = new TransactionRelay({ pool, room, court, peers, clock: stage.clock, send() {}, ask: async () => [] });
  const before = relay.fingerprint();
  expect(relay.fingerprint()).toBe(before);
  expect(await room.submit(payment(scene, { nonce: 0n }), true)).toEqual({ ok: true });
  const after = relay.fingerprint();
  expect(after).not.toEqual(before);
  expect(relay.fingerprint()).toBe(after);
  await stage.hold(scene.better.blocks);
  expect(relay.fingerprint()).toBe(relay.fingerprint());
  relay.close();
  stage.close();
});

import { identityFromSecret, memoryStore } from "@swarm-space/core";
import { watchedStore } from "@swarm-space/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refuse } from "../src/model/index.ts";
import { decodeBan, encodeBan } from "../src/sync/kept-bans.ts";
import { defaultScoreRules, PeerScores } from "../src/sync/peer-scores.ts";
import { Branch, personOf } from "./support/chain-play.ts";
import { lastOf } from "./support/input/scene.ts";
import { SyncPlay } from "./support/sync-play.ts";
import { SyncStage, serving, tipOf } from "./support/sync-stage.ts";

const idOf = (name: number) => identityFromSecret(new Uint8Array(32).fill(name)).id;
const [liar, flooder] = [idOf(1), idOf(2)];
const rubbish = { kind: "tip", header: new Uint8Array(1) };
const { banMs } = defaultScoreRules;

/** A liar and a flooder are banned, the node is stopped and started again, and both bring it a good block. */
async function overRestart(durable: boolean) {
  const store = { ...watchedStore(memoryStore(), async () => undefined), durable };
  const first = await SyncStage.open({ store });
  await (await first.meet(liar)).tell(rubbish);
  const stranger = await first.meet(flooder);
  for (let at = 0; at < 11; at += 1) await stranger.tell({ kind: "headers", headers: new Uint8Array() });
  expect(first.bans).toEqual([
    [liar, "MALFORMED"],
    [flooder, "UNASKED"],
  ]);
  first.close();
  await first.room.bans.stop();
  const second = await SyncStage.open({ store });
  const banned = second.sync.court.scores.banned(second.clock.now());
  const heightAfter = async (name: string) => {
    const branch = new Branch(second.rules);
    const blocks = [await branch.grow(personOf(1))];
    await (await second.meet(name, serving(blocks))).tell(tipOf(lastOf(blocks)));
    await second.pass(10);
    return second.tip.height;
  };
  const heights = { liar: await heightAfter(liar), flooder: await heightAfter(flooder) };
  second.close();
  await second.room.bans.stop();
  return { banned, heights };
}

test("who sent what no honest node does is banned after a restart, too, and who sent too much is heard again; ablation: a store that keeps nothing", async () => {
  expect(await overRestart(true)).toEqual({ banned: 1, heights: { liar: 0, flooder: 1 } });
  expect(await overRestart(false)).toEqual({ banned: 0, heights: { liar: 1, flooder: 1 } });
});

test("it ends when it would have ended: what is left of a day", async () => {
  const store = { ...watchedStore(memoryStore(), async () => undefined), durable: true };
  const first = await SyncStage.open({ store });
  await (await first.meet(liar)).tell(rubbish);
  await first.pass(banMs / 2);
  first.close();
  await first.room.bans.stop();
  // Its wall clock begins where the first one's did, so half a day is added to what is left.
  const second = await SyncStage.open({ store });
  const isBanned = () => second.sync.court.isBanned(liar);
  await second.pass(banMs - 1_000);
  expect(isBanned()).toBe(true);
  await second.pass(2_000);
  expect(isBanned()).toBe(false);
  second.close();
  await second.room.bans.stop();
  const kept = [];
  for await (const row of store.namespace("chainBans").range()) kept.push(row);
  expect(kept, "and then it is forgotten").toEqual([]);
});

test("who was banned stays so where a node stops taking part, and takes part again", async () => {
  const play = new SyncPlay();
  const { chain, swarm } = await play.join();
  const { channel } = await play.joinLiar(() => expect.fail("nothing is asked"));
  await play.until(() => swarm.peers().length === 1);
  await play.settle(channel.send(swarm.id, rubbish)).catch(() => undefined);
  await play.until(() => chain.getStats().banned === 1);
  await chain.stop();
  await chain.start();
  expect(chain.getStats()).toMatchObject({ isRunning: true, banned: 1 });
  await play.close();
});

describe("bans that are kept", () => {
  test("are those for what was proven, also where more was added that was not", () => {
    const scores = new PeerScores();
    scores.charge("loud", 200, 0);
    scores.charge("half", 99, 0);
    scores.chargeRefusal("half", refuse("MALFORMED"), 0);
    scores.chargeRefusal("liar", refuse("MALFORMED"), 0);
    scores.charge("liar", 10, 5);
    expect(scores.banned(5)).toBe(3);
    expect(scores.proven(5)).toEqual([
      { peer: "half", until: banMs },
      { peer: "liar", until: banMs + 5 },
    ]);
    expect(scores.proven(banMs + 5)).toEqual([]);
  });

  test("are read as they were written, whatever the clocks say; a wall clock that was set back makes none longer than a day", () => {
    const moment = fc.record({ now: fc.nat(10 ** 9), wall: fc.integer({ min: 10 ** 12, max: 2 * 10 ** 12 }) });
    fc.assert(
      fc.property(moment, moment, fc.nat(banMs), (before, after, left) => {
        const bytes = encodeBan({ peer: liar, until: before.now + left }, before);
        const ban = decodeBan(liar, bytes, after) ?? expect.fail("not read");
        expect(ban.until - after.now).toBe(before.wall + left - after.wall);
        const scores = new PeerScores();
        scores.restore(ban, after.now);
        expect(scores.isBanned(liar, after.now)).toBe(ban.until > after.now);
        expect(scores.isBanned(liar, after.now + banMs)).toBe(false);
      }),
    );
  });

  test("any bytes under any key: a ban or none, and no throw", () => {
    const moment = { now: 0, wall: Date.UTC(2026, 0, 1) };
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 20 }), (key, bytes) => {
        const read = decodeBan(key, bytes, moment);
        expect(read === undefined || Number.isFinite(read.until)).toBe(true);
      }),
    );
    for (const text of ["", "1e9", "-5", "99999999999999999", "NaN"])
      expect(decodeBan(liar, new TextEncoder().encode(text), moment)).toBeUndefined();
    expect(decodeBan("nobody", new TextEncoder().encode("5"), moment)).toBeUndefined();
  });
});

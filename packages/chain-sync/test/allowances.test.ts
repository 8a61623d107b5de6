import { TokenBucket } from "@swarm-space/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encodeTransaction } from "../src/codec/index.ts";
import { hexOf } from "../src/hashing/domains.ts";
import { nameTransaction } from "../src/hashing/ids.ts";
import type { NamedTransaction } from "../src/model/index.ts";
import type { ChainMessage } from "../src/sync/wire.ts";
import { homelessOf, lastOf, openScene, payment, type Scene } from "./support/input/scene.ts";
import { packed, type Stranger, serving, tipOf } from "./support/sync-stage.ts";

afterEach(() => vi.restoreAllMocks());

const idOf = (at: number) => at.toString(16).padStart(64, "0");
const have = (from: number, count: number) => ({
  kind: "have",
  ids: packed(Array.from({ length: count }, (_, at) => idOf(from + at))),
});
const unlimited = () => vi.spyOn(TokenBucket.prototype, "charge").mockReturnValue(1);

/** How often somebody is answered who asks on and on, as soon as it is answered, up to `most` times. */
async function answersTo({ stage }: Scene, asker: Stranger, question: unknown, ms: number, most: number) {
  let got = 0;
  let isOver = false;
  const askOn = async () => {
    for (; !isOver && got < most; got += 1) await asker.ask(question);
  };
  const askers = Promise.allSettled([askOn(), askOn()]);
  await stage.pass(ms);
  isOver = true;
  const answers = got;
  await stage.pass(5_000);
  await askers;
  stage.close();
  return answers;
}

describe("what one peer is answered", () => {
  test("64 questions at once and then 32 a second, the next waits for its turn; ablation: as many as it asks", async () => {
    const play = async () => {
      const scene = await openScene();
      const asker = await scene.stage.meet("asker");
      const question = { kind: "getHeaders", locator: packed([scene.own.tip.id]) };
      return answersTo(scene, asker, question, 5_000, 2_000);
    };
    const answered = await play();
    expect(answered).toBeGreaterThan(64 + 4 * 32);
    expect(answered).toBeLessThanOrEqual(64 + 5 * 32 + 2);
    unlimited();
    expect(await play()).toBeGreaterThan(1_000);
  });

  test("4 MiB of bodies a second behind the first 8; ablation: as many as it asks", async () => {
    const play = async () => {
      const scene = await openScene();
      const { stage, own } = scene;
      const large = payment(scene, { nonce: 0n }).transaction;
      const one = nameTransaction({ ...large, payload: new Uint8Array(4_096) });
      vi.spyOn(stage.room.store, "body").mockResolvedValue(Array.from({ length: 240 }, () => one));
      const ids = packed(Array.from({ length: 16 }, () => own.tip.id));
      const answers = await answersTo(scene, await stage.meet("asker"), { kind: "getBodies", ids }, 2_000, 24);
      return answers * 3 * 240 * one.bytes;
    };
    const mebibyte = 1_048_576;
    expect(await play()).toBeLessThan(20 * mebibyte);
    unlimited();
    expect(await play()).toBeGreaterThan(60 * mebibyte);
  });
});

describe("who comes again finds its allowances as it left them", () => {
  test("announcements; ablation: another begins anew", async () => {
    const { stage } = await openScene();
    const floods = async (names: readonly string[]) => {
      const before = stage.sync.court.rejected["FLOOD"] ?? 0;
      for (const [round, name] of names.entries()) {
        const peer = await stage.meet(name, () => ({ kind: "transactions", transactions: [] }));
        for (let at = 0; at < 30; at += 1) await peer.tell(have(1_000 * round + at, 1));
        await peer.leave();
      }
      return (stage.sync.court.rejected["FLOOD"] ?? 0) - before;
    };
    expect(await floods(["one", "two", "three"])).toBe(0);
    expect(await floods(["same", "same", "same"])).toBeGreaterThan(50);
    stage.close();
  });

  test("headers that stand on nothing, ten in a row", async () => {
    const scene = await openScene();
    for (let at = 0; at < 10; at += 1) {
      const liar = await scene.stage.meet("liar", serving(homelessOf(scene)));
      await liar.tell(tipOf(lastOf(homelessOf(scene))));
      await liar.leave();
      await scene.stage.pass(300);
    }
    expect(scene.stage.sync.court.rejected).toMatchObject({ HEADER_ORPHAN: 10, ORPHANS: 1 });
    scene.stage.close();
  });
});

describe("transactions that one peer announces", () => {
  const askedOf = ({ asked }: Stranger) =>
    asked.reduce((sum, each) => sum + (each.kind === "getTransactions" ? each.ids.length : 0), 0);

  test("are asked for as fast as their signatures may be checked; ablation: all at once", async () => {
    const play = async () => {
      const { stage } = await openScene();
      const peer = await stage.meet("peer", () => ({ kind: "transactions", transactions: [] }));
      for (let at = 0; at < 5; at += 1) await peer.tell(have(1_000 * at, 1_000));
      const atOnce = askedOf(peer);
      await stage.pass(5_000);
      stage.close();
      return { atOnce, later: askedOf(peer) };
    };
    const { atOnce, later } = await play();
    expect(atOnce).toBeLessThanOrEqual(2_048);
    expect(later).toBe(5_000);
    unlimited();
    expect((await play()).atOnce).toBe(5_000);
  });

  const paid = (scene: Scene, count: number): readonly NamedTransaction[] =>
    Array.from({ length: count }, (_, at) => payment(scene, { nonce: BigInt(at) }));

  test("too large for one answer: the rest is asked for at once", async () => {
    const scene = await openScene();
    const { stage } = scene;
    const all = paid(scene, 9);
    const bytesOf = new Map(all.map((each) => [each.fullId, encodeTransaction(each.transaction)]));
    const peer = await stage.meet("peer", (question) => {
      const ids = question.kind === "getTransactions" ? question.ids : [];
      const found = ids.flatMap((id) => bytesOf.get(Buffer.from(id).toString("hex")) ?? []);
      return { kind: "transactions", transactions: found.slice(0, 2) };
    });
    await peer.tell({ kind: "have", ids: packed(all.map(({ fullId }) => fullId)) });
    await stage.pass(5);
    expect(all.filter(({ id }) => stage.room.pool.get(id) !== undefined)).toHaveLength(9);
    expect(stage.points(peer)).toBe(0);
    stage.close();
  });

  test("given one at a time and slowly: after five seconds the rest is asked of whoever has it, too", async () => {
    const scene = await openScene();
    const { stage } = scene;
    const all = paid(scene, 9);
    const answerOf = (question: ChainMessage, most: number) => {
      const ids = question.kind === "getTransactions" ? question.ids.map((id) => hexOf(id)) : [];
      const found = all.filter(({ fullId }) => ids.includes(fullId)).slice(0, most);
      return { kind: "transactions", transactions: found.map(({ transaction }) => encodeTransaction(transaction)) };
    };
    const slow = await stage.meet("slow", async (question) => {
      await new Promise<void>((resolve) => stage.clock.timer(4_900, resolve));
      return answerOf(question, 1);
    });
    const quick = await stage.meet("quick", (question) => answerOf(question, 9));
    for (const peer of [slow, quick]) await peer.tell({ kind: "have", ids: packed(all.map(({ fullId }) => fullId)) });
    await stage.pass(10_000);
    expect(all.filter(({ id }) => stage.room.pool.get(id) !== undefined)).toHaveLength(9);
    stage.close();
  });

  test("one of them is false: nothing more of the answer is checked, and what is left is asked of whoever has it, too", async () => {
    const scene = await openScene({ verifier: { verify: (_key, _signed, signature) => signature[0] !== 1 } });
    const { stage } = scene;
    const all = paid(scene, 3);
    const [first] = all;
    if (first === undefined) throw new Error("no payment");
    const forged = nameTransaction({ ...first.transaction, signature: new Uint8Array(64).fill(1) });
    const answer = [forged, ...all].map(({ transaction }) => encodeTransaction(transaction));
    const ids = packed([forged, ...all].map(({ fullId }) => fullId));
    const liar = await stage.meet("liar", () => ({ kind: "transactions", transactions: answer }));
    await liar.tell({ kind: "have", ids });
    expect(stage.bans).toEqual([["liar", "TRANSACTION_SIGNATURE"]]);
    expect(all.filter(({ id }) => stage.room.pool.get(id) !== undefined)).toEqual([]);
    const honest = await stage.meet("honest", () => ({ kind: "transactions", transactions: answer.slice(1) }));
    await honest.tell({ kind: "have", ids: ids.slice(1) });
    expect(all.filter(({ id }) => stage.room.pool.get(id) !== undefined)).toHaveLength(3);
    stage.close();
  });
});

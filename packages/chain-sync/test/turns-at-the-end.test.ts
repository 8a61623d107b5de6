import { expect, test } from "vitest";
import { openScene } from "./support/input/scene.ts";
import { packed } from "./support/sync-stage.ts";

const idOf = (at: number) => at.toString(16).padStart(64, "0");

test("who asks too much waits alone, no more than 64 of its questions; at the end none waits, and no timer is left", async () => {
  const { stage, own } = await openScene();
  const [greedy, other] = [await stage.meet("greedy"), await stage.meet("other")];
  const question = { kind: "getHeaders", locator: packed([own.tip.id]) };
  let refused = 0;
  const ask = () =>
    greedy.ask(question).then(
      () => {},
      () => {
        refused += 1;
      },
    );
  const asked = Array.from({ length: 300 }, ask);
  await stage.pass(100);
  expect(refused).toBe(300 - 64);
  for (let at = 0; at < 64; at += 1) asked.push(ask());
  let isAnswered = false;
  void other.ask(question).then(() => {
    isAnswered = true;
  });
  await stage.pass(1);
  expect(isAnswered).toBe(true);
  stage.close();
  await Promise.all(asked);
  await stage.pass(1);
  expect(stage.clock.pending).toBe(0);
});

test("who leaves has no answer, and what it asked for waits no longer than its debt", async () => {
  const { stage, own } = await openScene();
  const greedy = await stage.meet("greedy");
  const question = { kind: "getHeaders", locator: packed([own.tip.id]) };
  for (let at = 0; at < 64; at += 1) await greedy.ask(question);
  const late = Promise.allSettled(Array.from({ length: 64 }, () => greedy.ask(question)));
  await greedy.leave();
  await stage.pass(100);
  expect((await late).every(({ status }) => status === "rejected")).toBe(true);
  stage.close();
});

test("transactions that wait for their checks are asked for by nobody after the end, and no timer is left", async () => {
  const { stage } = await openScene();
  const peer = await stage.meet("peer", () => ({ kind: "transactions", transactions: [] }));
  for (let at = 0; at < 5; at += 1) {
    const ids = packed(Array.from({ length: 1_000 }, (_, each) => idOf(1_000 * at + each)));
    await peer.tell({ kind: "have", ids });
  }
  const before = peer.asked.length;
  stage.close();
  await stage.pass(10_000);
  expect(peer.asked.length).toBe(before);
  expect(stage.clock.pending).toBe(0);
});

import { expect, test, vi } from "vitest";
import { oneAtATime, Waiters } from "../../src/index.ts";
import { FrameInlet, StateTeller } from "../../src/medium/index.ts";

test("who waits is woken once; an abort rejects with its reason, and nothing stays on the signal", async () => {
  const waiters = new Waiters();
  const abort = new AbortController();
  const reason = new Error("called off");
  const { signal } = abort;
  const [on, off] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
  const woken = waiters.wait(signal);
  waiters.wake();
  await woken;
  expect([on.mock.calls.length, off.mock.calls.length]).toEqual([1, 1]);
  expect(off.mock.calls[0]?.[1]).toBe(on.mock.calls[0]?.[1]);
  const given = waiters.wait(signal);
  abort.abort(reason);
  await expect(given).rejects.toBe(reason);
  await expect(waiters.wait(signal)).rejects.toBe(reason);
});

test("who calls its wait off goes alone: the others wait on", async () => {
  const waiters = new Waiters();
  const abort = new AbortController();
  let isFree = false;
  const other = waiters.wait(new AbortController().signal).then(() => {
    isFree = true;
  });
  const gone = waiters.wait(abort.signal);
  abort.abort();
  await expect(gone).rejects.toBe(abort.signal.reason);
  expect(isFree).toBe(false);
  waiters.wake();
  await other;
});

test("one function that listens twice is told twice, and leaves once", () => {
  const teller = new StateTeller();
  const told: string[] = [];
  const listener = (state: string) => void told.push(state);
  const leave = teller.onState(listener);
  teller.onState(listener);
  teller.set("ready");
  leave();
  leave();
  teller.set("ready", "the same state, another word");
  teller.set("error", "gone");
  expect(told).toEqual(["ready", "ready", "error"]);
  expect([teller.state, teller.lastError]).toEqual(["error", "gone"]);
});

test("tasks run one after the other, and one that fails fails alone", async () => {
  const inTurn = oneAtATime();
  const order: number[] = [];
  const run = (number: number, fails = false) =>
    inTurn(async () => {
      await Promise.resolve();
      order.push(number);
      if (fails) throw new Error("this one");
      return number;
    });
  const [first, second, third] = [run(1), run(2, true), run(3)];
  await expect(second).rejects.toThrow("this one");
  expect([await first, await third, order]).toEqual([1, 3, [1, 2, 3]]);
});

test("a full inlet refuses, and takes again once its reader took", async () => {
  const frames: Uint8Array[] = [];
  const inlet = new FrameInlet({ onThrow: () => {}, most: { frames: 2, bytes: 8 } });
  expect([1, 1, 1].map((size) => inlet.push(new Uint8Array(size)))).toEqual([true, true, false]);
  inlet.read((frame) => frames.push(frame));
  await Promise.resolve();
  expect([frames.length, inlet.size, inlet.push(new Uint8Array(9)), inlet.push(new Uint8Array(8))]).toEqual([
    2,
    0,
    false,
    true,
  ]);
});

test("a reader that throws is given no more, and its owner is told once", async () => {
  const thrown: unknown[] = [];
  const inlet = new FrameInlet({ onThrow: (error) => thrown.push(error) });
  let given = 0;
  inlet.push(new Uint8Array(1));
  inlet.push(new Uint8Array(1));
  inlet.read(() => {
    given += 1;
    throw new Error("no");
  });
  await Promise.resolve();
  inlet.push(new Uint8Array(1));
  expect([given, thrown.length, inlet.size]).toEqual([1, 1, 0]);
});

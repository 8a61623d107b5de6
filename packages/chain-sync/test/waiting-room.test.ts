import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { WaitingRoom } from "../src/sync/waiting-room.ts";

test("who waits again and again on one long-lived signal leaves no listener there", async () => {
  const room = new WaitingRoom();
  const { signal } = new AbortController();
  for (let turn = 0; turn < 20; turn += 1) {
    const waited = room.wait(signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    room.release();
    await waited;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
});

test("whose signal aborts goes, at once where it has aborted already, and the others wait on", async () => {
  const room = new WaitingRoom();
  const ending = new AbortController();
  let isFree = false;
  const other = room.wait(new AbortController().signal).then(() => {
    isFree = true;
  });
  const gone = room.wait(ending.signal);
  ending.abort();
  await gone;
  await room.wait(ending.signal);
  expect(isFree).toBe(false);
  room.release();
  await other;
});

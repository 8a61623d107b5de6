import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { deadline } from "../../src/system/deadline.ts";
import { orAborted, pause } from "../../src/system/pause.ts";
import { HandClock } from "../hand-clock.ts";

test("a deadline aborts with its own reason when its time is over, or with its parent's", async () => {
  const clock = new HandClock();
  const parent = new AbortController();
  const [short, long] = [5, 50].map((ms) => deadline(parent.signal, clock, ms, () => `over ${ms}`));
  await clock.advance(5);
  expect([short?.signal.reason, long?.signal.aborted]).toEqual(["over 5", false]);
  parent.abort("all is over");
  expect([short?.signal.reason, long?.signal.reason]).toEqual(["over 5", "all is over"]);
});

test("disposed, it leaves neither timer nor listener", () => {
  const clock = new HandClock();
  const parent = new AbortController();
  deadline(parent.signal, clock, 5)[Symbol.dispose]();
  expect([clock.pending, getEventListeners(parent.signal, "abort")]).toEqual([0, []]);
});

test("a pause ends with its time or at the abort, and leaves nothing", async () => {
  const clock = new HandClock();
  const stop = new AbortController();
  let rested = 0;
  const rest = () => pause(clock, 10, stop.signal).then(() => (rested += 1));
  const first = rest();
  await clock.advance(9);
  expect(rested).toBe(0);
  await clock.advance(1);
  await first;
  expect([rested, getEventListeners(stop.signal, "abort")]).toEqual([1, []]);
  const second = rest();
  stop.abort();
  await second;
  await rest();
  expect([rested, clock.pending]).toEqual([3, 0]);
});

test("work that is called off gives the signal's reason, whatever comes of it", async () => {
  const stop = new AbortController();
  const work = Promise.withResolvers<string>();
  await expect(orAborted(Promise.resolve("done"), stop.signal)).resolves.toBe("done");
  const given = orAborted(work.promise, stop.signal);
  stop.abort("called off");
  await expect(given).rejects.toBe("called off");
  work.reject(new Error("heard by nobody"));
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Graylist } from "../../src/door/graylist.ts";
import { HandClock } from "../hand-clock.ts";

const halfLifeMs = 120_000;
const made = (clock: HandClock, most = 100) => new Graylist({ clock, threshold: 100, halfLifeMs, most });

test("a score halves in its half-life, and is forgotten", async () => {
  const clock = new HandClock();
  const list = made(clock);
  list.add("a", 80);
  await clock.advance(halfLifeMs);
  expect(list.score("a")).toBeCloseTo(40);
  await clock.advance(20 * halfLifeMs);
  expect(list.score("a")).toBeLessThan(0.001);
});

test("from the threshold on it refuses, until the score is half of it", async () => {
  const clock = new HandClock();
  const list = made(clock);
  expect(list.add("a", 99)).toBe(false);
  expect(list.refusedUntil("a")).toBeUndefined();
  expect(list.add("a", 1)).toBe(true);
  expect(list.refusedUntil("a")).toBeCloseTo(halfLifeMs);
  expect(list.add("a", 1)).toBe(false);
  await clock.advance(halfLifeMs - 1);
  expect(list.refusedUntil("a")).toBeDefined();
  await clock.advance(5_000);
  expect(list.refusedUntil("a")).toBeUndefined();
  expect(list.add("a", 100)).toBe(true);
});

test("however much is added, the refusal ends within five half-lives", () => {
  const clock = new HandClock();
  const list = made(clock);
  for (let i = 0; i < 10_000; i++) list.add("a", 100);
  expect(list.refusedUntil("a")).toBeLessThanOrEqual(5 * halfLifeMs);
});

test("a flood of keys stays within the cap and leaves the worst in it", () => {
  const list = made(new HandClock(), 64);
  list.add("worst", 500);
  for (let i = 0; i < 10_000; i++) list.add(`key ${i}`, 1);
  expect(list.size).toBe(64);
  expect(list.refusedUntil("worst")).toBeDefined();
});

test("kept over a restart, faded by the time between", async () => {
  const before = new HandClock();
  const list = made(before);
  list.add("gray", 150);
  list.add("light", 10);
  const kept = list.export();
  expect(kept.map(({ key }) => key)).toEqual(["gray", "light"]);
  const after = new HandClock();
  await after.advance(halfLifeMs / 2);
  const again = made(after);
  again.import(kept);
  expect(again.score("gray")).toBeCloseTo(150 * Math.SQRT1_2);
  expect(again.refusedUntil("gray")).toBeDefined();
  expect(again.refusedUntil("light")).toBeUndefined();
  await after.advance(2 * halfLifeMs);
  expect(again.refusedUntil("gray")).toBeUndefined();
});

test("nonsense is left out of an import", () => {
  const list = made(new HandClock(), 8);
  fc.assert(
    fc.property(fc.array(fc.anything()), (entries) => {
      list.import(entries as never);
      expect(list.size).toBeLessThanOrEqual(8);
    }),
  );
  const wrong = [
    { key: "a", score: Number.NaN, at: 0 },
    { key: "a", score: -1, at: 0 },
    { key: 7, score: 1e9, at: 0 },
    null,
  ];
  const empty = made(new HandClock());
  empty.import(wrong as never);
  expect(empty.size).toBe(0);
  empty.import([{ key: "__proto__", score: 1e300, at: 1e300 }]);
  expect(empty.score("__proto__")).toBeLessThanOrEqual(1_600);
  expect(({} as Record<string, unknown>)["score"]).toBeUndefined();
});

import { expect, test } from "vitest";
import { doorPolicy } from "../../src/door/door-policy.ts";
import { FrameToll } from "../../src/door/frame-toll.ts";
import { graceMs, type Waste, WasteBudget } from "../../src/door/waste-budget.ts";

const none: Waste = { frames: 0, bytes: 0, items: 0, doubles: 0, ms: 0, useful: 0 };

/** Spends the same waste every `everyMs`; the time at which it is over, or undefined. */
function overAt(waste: Partial<Waste>, everyMs: number, untilMs: number, scarce = false): number | undefined {
  const budget = new WasteBudget(doorPolicy.peerWaste, 0);
  for (let now = 0; now <= untilMs; now += everyMs) {
    if (budget.spend({ ...none, ...waste }, now, scarce) === "over") return now;
  }
  return undefined;
}

test("200,000 good letters a second are never in the way", () => {
  expect(overAt({ useful: 2_000 }, 10, 60_000)).toBeUndefined();
});

test("a busy honest peer may be wrong in one of five, and send each letter by four transports", () => {
  expect(overAt({ useful: 400, items: 90, doubles: 1_600, ms: 0.5 }, 10, 60_000)).toBeUndefined();
});

test("50,000 letters of rubbish a second are over within a second", () => {
  expect(overAt({ frames: 2, items: 500, bytes: 50_000, ms: 1 }, 10, 10_000)).toBeLessThanOrEqual(1_000);
});

test("doubles alone are over within a second", () => {
  expect(overAt({ frames: 2, doubles: 500, bytes: 50_000 }, 10, 10_000)).toBeLessThanOrEqual(1_000);
});

test("what takes time is over, however few its items are", () => {
  expect(overAt({ items: 1, ms: 50 }, 100, 10_000)).toBeLessThanOrEqual(1_000);
});

test("a pause of this process is charged as one frame at most", () => {
  const budget = new WasteBudget(doorPolicy.peerWaste, 0);
  expect(budget.spend({ ...none, items: 1, ms: 60_000 }, 0)).toBe("within");
});

test("an app of another version, 1,500 refused letters a second, goes on for ever", () => {
  expect(overAt({ frames: 1, items: 15, bytes: 1_500, ms: 0.1 }, 10, 120_000)).toBeUndefined();
});

test("a burst that ends within the grace is forgiven", () => {
  const budget = new WasteBudget(doorPolicy.peerWaste, 0);
  expect(budget.spend({ ...none, items: 3_000 }, 0)).toBe("overdrawn");
  expect(budget.spend({ ...none, items: 1 }, graceMs - 1)).not.toBe("over");
  expect(budget.spend({ ...none, items: 1 }, 2_000)).toBe("within");
  expect(budget.spend({ ...none, items: 10_000 }, 2_000)).toBe("over");
});

test("where the whole node is short, whoever wastes most goes first", () => {
  const alone = overAt({ frames: 1, items: 30 }, 10, 60_000);
  const scarce = overAt({ frames: 1, items: 30 }, 10, 60_000, true);
  expect(scarce).toBeLessThan(alone ?? Number.POSITIVE_INFINITY);
});

test("a frame's bytes and time are charged for the part that was of no use", () => {
  const toll = new FrameToll();
  for (let i = 0; i < 3; i++) toll.useful();
  toll.wasted();
  expect(toll.waste(1_000, () => 8)).toEqual({ frames: 0, bytes: 250, items: 1, doubles: 0, ms: 2, useful: 3 });
  expect(new FrameToll().waste(100, () => 1)).toEqual({
    frames: 1,
    bytes: 100,
    items: 0,
    doubles: 0,
    ms: 1,
    useful: 0,
  });
  const asking = new FrameToll();
  asking.wasted(4_096);
  expect(asking.waste(10, () => 0).items).toBe(65);
});

test("time is not even asked for where nothing was wasted", () => {
  const toll = new FrameToll();
  toll.useful();
  const waste = toll.waste(1_000, () => {
    throw new Error("asked");
  });
  expect(waste).toEqual({ ...none, useful: 1 });
});

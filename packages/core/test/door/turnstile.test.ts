import fc from "fast-check";
import { expect, test } from "vitest";
import { Turnstile } from "../../src/door/turnstile.ts";
import { HandClock, settle } from "../hand-clock.ts";

const sizes = { gapMs: 10, turns: { capacity: 3, perSecond: 20 } };
const never = { signal: new AbortController().signal };

/** When each of those who come at once is let through. */
async function crowd(clock: HandClock, turnstile: Turnstile, count: number, ms: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) void turnstile.pass(never).then(() => times.push(clock.now()));
  await clock.advance(ms);
  return times;
}

test("one at a time, and few that come to nothing", async () => {
  const clock = new HandClock();
  expect(await crowd(clock, new Turnstile(clock, sizes), 6, 300)).toEqual([0, 10, 20, 50, 100, 150]);
  expect(clock.pending).toBe(0);
});

test("ablated, a crowd goes through at once", async () => {
  const clock = new HandClock();
  const open = new Turnstile(clock, { gapMs: 0, turns: { capacity: 1_000, perSecond: 1_000 } });
  expect(await crowd(clock, open, 6, 300)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("those that lead to something hold up nobody but by the gap", async () => {
  const clock = new HandClock();
  const turnstile = new Turnstile(clock, sizes);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    void turnstile.pass(never).then(() => {
      times.push(clock.now());
      turnstile.credit();
    });
  }
  await clock.advance(1_000);
  expect(times).toEqual(Array.from({ length: 20 }, (_, i) => i * 10));
});

test("after a pause of the process still one at a time", async () => {
  const clock = new HandClock();
  const turnstile = new Turnstile(clock, sizes);
  const times: number[] = [];
  for (let i = 0; i < 4; i++) void turnstile.pass(never).then(() => times.push(clock.now()));
  await settle();
  clock.stall(1_000);
  await clock.advance(100);
  expect(times).toEqual([0, 1_000, 1_010, 1_020]);
});

test("whoever gives up leaves the place to the next, and no timer", async () => {
  const clock = new HandClock();
  const turnstile = new Turnstile(clock, { ...sizes, turns: { capacity: 1, perSecond: 1 } });
  await turnstile.pass(never);
  const leave = new AbortController();
  const gone = turnstile.pass(leave).catch((reason: unknown) => reason);
  let passed = false;
  void turnstile.pass(never).then(() => {
    passed = true;
  });
  leave.abort("gone");
  expect(await gone).toBe("gone");
  await clock.advance(999);
  expect(passed).toBe(false);
  await clock.advance(1);
  expect(passed).toBe(true);
  expect([turnstile.waiting, clock.pending]).toEqual([0, 0]);
  const late = turnstile.pass({ signal: AbortSignal.abort("late") }).catch((reason: unknown) => reason);
  expect(await late).toBe("late");
  expect([turnstile.waiting, clock.pending]).toEqual([0, 0]);
});

test("over any run, no more go through than capacity and refill, each after its gap, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(200)), { maxLength: 30 }), async (steps) => {
      const clock = new HandClock();
      const turnstile = new Turnstile(clock, sizes);
      const passed: { readonly n: number; readonly at: number }[] = [];
      let came = 0;
      for (const [arrivals, waitMs] of steps) {
        for (let i = 0; i < arrivals; i++) {
          const n = came++;
          void turnstile.pass(never).then(() => passed.push({ n, at: clock.now() }));
        }
        await clock.advance(waitMs);
      }
      await settle();
      expect(passed.map(({ n }) => n)).toEqual(passed.map((_, i) => i));
      for (const [i, { at }] of passed.entries()) {
        expect(i + 1).toBeLessThanOrEqual(3 + (at * 20) / 1000 + 1e-6);
        expect(at - (passed[i - 1]?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(10);
      }
      expect(passed.length + turnstile.waiting).toBe(came);
    }),
    { numRuns: 100 },
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../src/index.ts";

describe("VirtualClock", () => {
  test("runs timers by time, then by insertion", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), { maxLength: 200 }),
        async (plan) => {
          const clock = new VirtualClock();
          const ran: { i: number; at: number }[] = [];
          const handles = plan.map(({ at }, i) => clock.timer(at, () => ran.push({ i, at: clock.now() })));
          plan.forEach(({ cancelled }, i) => {
            if (cancelled) handles[i]?.[Symbol.dispose]();
            if (cancelled) handles[i]?.[Symbol.dispose]();
          });
          const expected = plan
            .map(({ at, cancelled }, i) => ({ i, at, cancelled }))
            .filter(({ cancelled }) => !cancelled)
            .sort((one, other) => one.at - other.at || one.i - other.i)
            .map(({ i, at }) => ({ i, at }));
          expect(clock.pending).toBe(expected.length);
          await clock.advance(20);
          expect(ran).toEqual(expected);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("ends promise chains of any length between two timers", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.timer(1, async () => {
      for (let i = 0; i < 500; i++) await Promise.resolve();
      seen.push("chain");
      clock.timer(0, () => seen.push("set by the chain"));
    });
    clock.timer(2, () => seen.push("second"));
    await clock.advance(2);
    expect(seen).toEqual(["chain", "set by the chain", "second"]);
  });

  test("does not run what falls due after the advance, and stands exactly there", async () => {
    const clock = new VirtualClock({ startMs: 100 });
    let ran = 0;
    clock.timer(10, () => ran++);
    await clock.advance(9.5);
    expect([clock.now(), ran, clock.pending]).toEqual([109.5, 0, 1]);
    await clock.advance(0.5);
    expect([clock.now(), ran, clock.pending]).toEqual([110, 1, 0]);
  });

  test("runUntil stops at the first instant the predicate holds, or says false at the limit", async () => {
    const clock = new VirtualClock();
    let count = 0;
    const again = () => {
      count++;
      clock.timer(10, again);
    };
    clock.timer(10, again);
    expect(await clock.runUntil(() => count === 3, 1_000)).toBe(true);
    expect(clock.now()).toBe(30);
    expect(await clock.runUntil(() => false, 100)).toBe(false);
    expect(clock.now()).toBe(130);
  });

  test("moves the wall apart from monotonic time", async () => {
    const clock = new VirtualClock({ wallMs: 1_000_000 });
    const wrong = clock.skewed(-5_000, 0.5);
    let ran = 0;
    clock.timer(100, () => ran++);
    clock.stepWall(86_400_000);
    expect(ran).toBe(0);
    await clock.advance(100);
    expect([clock.now(), clock.wall(), wrong.now(), wrong.wall(), ran]).toEqual([100, 87_400_100, 100, 87_395_150, 1]);
  });

  test("waits for held work and releases it in call order", async () => {
    const clock = new VirtualClock();
    const released: string[] = [];
    const slow = Promise.withResolvers<string>();
    const failing = clock.hold(Promise.reject(new Error("broken"))).catch(() => released.push("failed"));
    void clock.hold(slow.promise).then((value) => released.push(value));
    void clock.hold(Promise.resolve("fast")).then((value) => released.push(value));
    clock.timer(1, () => released.push("timer"));
    const advanced = clock.advance(1);
    setImmediate(() => setImmediate(() => slow.resolve("slow")));
    await advanced;
    await failing;
    expect(released).toEqual(["failed", "slow", "fast", "timer"]);
  });

  test("a timer's throw surfaces, and the rest still runs", async () => {
    const clock = new VirtualClock();
    let ran = 0;
    clock.timer(1, () => {
      throw new Error("planted");
    });
    clock.timer(2, () => ran++);
    await expect(clock.advance(5)).rejects.toThrow("planted");
    expect(clock.now()).toBe(1);
    await clock.advance(4);
    expect(ran).toBe(1);
  });

  test("refuses to be moved twice at once, and to spin for ever", async () => {
    const clock = new VirtualClock({ maxTimersPerInstant: 100 });
    const first = clock.advance(1);
    await expect(clock.advance(1)).rejects.toMatchObject({ code: "CLOCK_BUSY" });
    await first;
    const spin = () => void clock.timer(0, spin);
    spin();
    await expect(clock.advance(1)).rejects.toMatchObject({ code: "CLOCK_STUCK" });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("refuses %s", async (nonsense) => {
    const clock = new VirtualClock();
    const refused = expect.objectContaining({ code: "OPTION_INVALID" });
    expect(() => clock.stepWall(nonsense)).toThrow(refused);
    expect(() => new VirtualClock({ startMs: nonsense })).toThrow(refused);
    await expect(clock.advance(nonsense)).rejects.toEqual(refused);
  });

  test("a timer of Infinity never fires, of NaN is refused", async () => {
    const clock = new VirtualClock();
    let ran = 0;
    const timer = clock.timer(Number.POSITIVE_INFINITY, () => ran++);
    await clock.advance(1e12);
    expect([ran, clock.pending]).toEqual([0, 1]);
    timer[Symbol.dispose]();
    expect(clock.pending).toBe(0);
    expect(() => clock.timer(Number.NaN, () => undefined)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  test("a negative delay counts as none", async () => {
    const clock = new VirtualClock();
    let ran = 0;
    clock.timer(-5, () => ran++);
    await clock.advance(0);
    expect([clock.now(), ran]).toEqual([0, 1]);
  });
});

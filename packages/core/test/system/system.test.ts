import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/system/system-clock.ts";
import { systemRandom } from "../../src/system/system-random.ts";

describe("systemClock", () => {
  it("fires once, and not after dispose", async () => {
    const clock = systemClock();
    let fired = 0;
    const cancelled = clock.timer(0, () => {
      fired += 10;
    });
    cancelled[Symbol.dispose]();
    cancelled[Symbol.dispose]();
    await new Promise<void>((resolve) =>
      clock.timer(-5, () => {
        fired += 1;
        resolve();
      }),
    );
    expect(fired).toBe(1);
    expect(clock.wall()).toBeGreaterThan(Date.UTC(2026, 0));
  });

  it("never runs backwards", () => {
    const clock = systemClock();
    const before = clock.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it("knows the moment behind all microtasks", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock().afterTurn?.(() => {
        order.push("turn");
        resolve();
      });
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => order.push("microtask"));
    });
    expect(order).toEqual(["microtask", "turn"]);
  });

  it("waits out a delay longer than a host's timer takes", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const clock = systemClock();
      let fired = 0;
      const delayMs = 2 ** 31 * 2.5;
      clock.timer(delayMs, () => {
        fired += 1;
      });
      const never = clock.timer(Number.POSITIVE_INFINITY, () => {
        fired += 100;
      });
      vi.advanceTimersByTime(delayMs - 10);
      expect(fired).toBe(0);
      vi.advanceTimersByTime(20);
      expect(fired).toBe(1);
      never[Symbol.dispose]();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("refuses a delay that is no number", () => {
    expect(() => systemClock().timer(Number.NaN, () => {})).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});

describe("systemRandom", () => {
  it("gives more bytes than Web Crypto does at once, all of them random", () => {
    const bytes = systemRandom().bytes(65_536 * 2 + 7);
    expect(bytes.length).toBe(131_079);
    expect(bytes.subarray(-7).some((byte) => byte !== 0)).toBe(true);
    expect(bytes.subarray(65_536, 65_552)).not.toEqual(bytes.subarray(0, 16));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])("refuses %s as a length", (length) => {
    expect(() => systemRandom().bytes(length)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it("gives floats over [0, 1)", () => {
    const random = systemRandom();
    const floats = Array.from({ length: 5000 }, () => random.float());
    expect(floats.every((float) => float >= 0 && float < 1)).toBe(true);
    expect(Math.abs(floats.reduce((a, b) => a + b, 0) / floats.length - 0.5)).toBeLessThan(0.05);
  });
});

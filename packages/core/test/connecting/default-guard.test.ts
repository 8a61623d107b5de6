import { expect, test } from "vitest";
import { defaultGuard } from "../../src/connecting/default-guard.ts";
import { HandClock } from "../hand-clock.ts";

test("a way that failed rests for 1, 2 … 30 s; one that was found silent was waited for already, and rests half a second less", () => {
  const waits = (kind: "refused" | "silent") => {
    const clock = new HandClock();
    const guard = defaultGuard(clock);
    const way = { peer: "peer", transport: "t", road: "r", connected: false };
    return Array.from({ length: 6 }, () => {
      guard.record({ kind, way });
      return (guard.peek?.(way)?.retryAt ?? 0) - clock.now();
    });
  };
  expect(waits("refused")).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  expect(waits("silent")).toEqual([500, 1_500, 3_500, 7_500, 15_500, 29_500]);
});

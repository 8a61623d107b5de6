import { describe, expect, test } from "vitest";
import { Pursuit } from "../../src/connecting/pursuit.ts";
import { wayKey } from "../../src/connecting/ways.ts";

const way = { peer: "b".repeat(52), transport: "test", road: "lane", connected: false };
const key = wayKey(way);
const crowd = 1_000;

/** When each of a crowd that lost the same peer at once dials it for the fourth time. @param draw of its n-th wait, 0 to 1 */
function returns(draw: (one: number, wait: number) => number): number[] {
  return Array.from({ length: crowd }, (_, one) => {
    const pursuit = new Pursuit(way.peer, { addresses: [] });
    let at = 0;
    for (let wait = 0; wait < 3; wait++) {
      pursuit.note(key, { way, kind: "absent", at }, draw(one, wait));
      at = pursuit.absentUntil(key);
    }
    return at;
  });
}

/** Most in one second, over the mean of all seconds from the first to the last. */
function peakOverMean(times: readonly number[]): number {
  const seconds = Map.groupBy(times, (at) => Math.floor(at / 1_000));
  const peak = Math.max(...[...seconds.values()].map(({ length }) => length));
  const spanS = (Math.max(...times) - Math.min(...times)) / 1_000;
  return peak / (times.length / Math.max(1, spanS));
}

describe("a crowd that found nobody together", () => {
  test("does not come back together", () => {
    // Halton's sequence: draws that are spread without chance.
    const halton = (n: number, base: number): number =>
      n === 0 ? 0 : (n % base) / base + halton(Math.floor(n / base), base) / base;
    const times = returns((one, wait) => halton(one + 1, [2, 3, 5][wait] ?? 7));
    expect(Math.max(...times)).toBeLessThanOrEqual(14_000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(7_000);
    expect(peakOverMean(times)).toBeLessThanOrEqual(2);
  });

  test("ablation: without jitter it does, to the millisecond", () => {
    expect(new Set(returns(() => 0)).size).toBe(1);
  });
});

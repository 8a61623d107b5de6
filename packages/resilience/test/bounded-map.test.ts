import fc from "fast-check";
import { expect, it } from "vitest";
import { AdaptiveRoutes } from "../src/adaptive-routes.ts";
import { BoundedMap } from "../src/bounded-map.ts";
import { resilienceConfig } from "../src/resilience-config.ts";
import { newPeerMemory, rememberScore, wayMemory } from "../src/route-memory.ts";
import { allSafeguards } from "../src/safeguards.ts";
import { TestClock, TestRandom, way } from "./node.ts";

it("keeps to its cap, holds each key once, and has what was put last", () => {
  const puts = fc.array(fc.tuple(fc.nat(400), fc.nat(2)), { maxLength: 600, size: "max" });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), puts, (cap, steps) => {
      const map = new BoundedMap<string>(cap, 3);
      for (const [step, [key, rank]] of steps.entries()) {
        map.put(String(key), `${key}:${step}`, rank);
        expect(map.get(String(key))).toBe(`${key}:${step}`);
        expect(map.size).toBeLessThanOrEqual(cap);
      }
      const keys = [...map.values()].map((value) => value.split(":")[0]);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBe(map.size);
    }),
    { numRuns: 200 },
  );
});

it("evicts the lowest rank first, the oldest within it", () => {
  const map = new BoundedMap<string>(3, 2);
  map.put("high", "high", 1);
  map.put("old", "old", 0);
  map.put("young", "young", 0);
  map.put("new", "new", 0);
  expect([...map.values()]).toEqual(["young", "new", "high"]);
  map.put("young", "young", 1);
  map.put("newer", "newer", 0);
  expect([...map.values()]).toEqual(["newer", "high", "young"]);
  map.put("last", "last", 1);
  map.put("very last", "very last", 1);
  expect([...map.values()]).toEqual(["young", "last", "very last"]);
});

it("what routes remember is bounded: peers, transports and ways", () => {
  const settings = resilienceConfig.parse({ maxScoredPeers: 100 });
  const routes = (caps: boolean): AdaptiveRoutes =>
    new AdaptiveRoutes({
      settings,
      safeguards: { ...allSafeguards, caps },
      clock: new TestClock(),
      random: new TestRandom(),
    });
  const fill = (filled: AdaptiveRoutes): number => {
    for (let i = 0; i < 1_000; i++) {
      filled.record({ kind: "refused", way: way(`p${i}`, `t${i}`) });
      filled.rank([way(`r${i}`, "a"), way(`r${i}`, "b")], `r${i}`);
    }
    return filled.size;
  };
  expect(fill(routes(true))).toBeLessThanOrEqual(100);
  expect(fill(routes(false))).toBe(2_000);
  const peer = newPeerMemory(0);
  for (let i = 0; i < 100; i++) {
    wayMemory(peer, way("p", "t", { road: `${i}` }));
    rememberScore(peer, `t${i}`, { value: 1, at: 0 });
  }
  expect([peer.ways.length, peer.scores.size]).toEqual([16, 16]);
});

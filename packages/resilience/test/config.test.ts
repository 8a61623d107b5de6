import { isPlugin, ports, SwarmError } from "@swarm-space/core";
import resilience, {
  errorTable,
  getConnectionResilience,
  type ResilienceConfig,
  resilienceConfig,
  resiliencePort,
  type TransportPriority,
} from "@swarm-space/resilience";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { startNode, way } from "./node.ts";

const seed = {
  failureThreshold: 5,
  openStateTimeout: 60_000,
  halfOpenSuccessThreshold: 3,
  maxBackoffMs: 300_000,
  baseBackoffMs: 1_000,
};

describe("ACCEPTANCE 19", () => {
  it("defaults are the seed's; partial options take them", () => {
    expect(resilienceConfig.parse({})).toMatchObject({
      ...seed,
      jitter: 0,
      reliability: { integrated: 1, gun: 0.8, peerjs: 0.6 },
    });
    expect(resilienceConfig.parse({ failureThreshold: 2 })).toMatchObject({ ...seed, failureThreshold: 2 });
    const asInTheSeed: ResilienceConfig = seed;
    expect(resilienceConfig.parse(asInTheSeed)).toMatchObject(seed);
    const map = new Map<TransportPriority, number>([["integrated", 1]]);
    expectTypeOf(map.keys().toArray()).toExtend<string[]>();
  });

  const bad = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, "5", null, {}, []];
  it.each(Object.keys(seed))("%s refuses what is not a positive integer, with its path", (key) => {
    for (const value of bad) {
      const issues = resilienceConfig.safeParse({ [key]: value }).error?.issues ?? [];
      expect(
        issues.map((issue) => issue.path.join(".")),
        String(value),
      ).toContain(key);
    }
  });

  it.each<[Record<string, unknown>, string]>([
    [{ baseBackoffMs: 10, maxBackoffMs: 9 }, "baseBackoffMs"],
    [{ baseBackoffMs: 300_001 }, "baseBackoffMs"],
    [{ jitter: 1.1 }, "jitter"],
    [{ jitter: Number.NaN }, "jitter"],
    [{ halfOpenProbes: 0 }, "halfOpenProbes"],
    [{ probeTimeoutMs: -1 }, "probeTimeoutMs"],
    [{ maxBreakers: 1e9 }, "maxBreakers"],
    [{ reliability: { gun: 2 } }, "reliability.gun"],
    [{ reliability: { gun: Number.NaN } }, "reliability.gun"],
    [{ reliability: [] }, "reliability"],
    [{ learningRate: 0 }, "learningRate"],
    [{ scoreHalfLifeMs: 0 }, "scoreHalfLifeMs"],
    [{ hysteresis: 1 }, "hysteresis"],
  ])("%o is refused at %s", (options, path) => {
    const issues = resilienceConfig.safeParse(options).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join("."))).toContain(path);
  });

  it("accepts base equal to max, refuses unknown keys, takes nothing from __proto__", () => {
    expect(resilienceConfig.safeParse({ baseBackoffMs: 7, maxBackoffMs: 7 }).success).toBe(true);
    expect(resilienceConfig.safeParse({ failureTreshold: 3 }).success).toBe(false);
    const parsed = resilienceConfig.safeParse({ reliability: JSON.parse('{"__proto__": 0.1, "gun": 0.7}') });
    if (parsed.success) expect(startNode(parsed.data).routes.score("integrated")).toBe(1);
    expect(({} as { gun?: unknown }).gun).toBeUndefined();
  });

  it("every option is described and has a default, for docs and editors", () => {
    const schema = z.toJSONSchema(resilienceConfig, { io: "input" });
    expect(schema.required ?? []).toEqual([]);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      expect(property, name).toMatchObject({ description: expect.stringMatching(/./), default: expect.anything() });
    }
  });
});

describe("the plugin", () => {
  it("is a plugin under its npm name, and provides guard, routes and resilience", () => {
    expect(isPlugin(resilience)).toBe(true);
    expect(resilience.id).toBe("@swarm-space/resilience");
    expect(resilience.provides).toEqual([ports.guard, ports.routes, resiliencePort]);
  });
});

describe("getConnectionResilience", () => {
  const codeAndCure = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return SwarmError.is(error) ? { code: error.code, cure: error.cure } : error;
    }
  };

  it("called bare, or with nonsense, is a typed error with the cure", () => {
    const expected = { code: "RESILIENCE_NO_SWARM", cure: errorTable.RESILIENCE_NO_SWARM };
    // @ts-expect-error: the seed called it bare
    expect(codeAndCure(() => getConnectionResilience())).toEqual(expected);
    for (const nonsense of [null, 1, "swarm", {}, { get: 1 }, []]) {
      expect(codeAndCure(() => getConnectionResilience(nonsense as never))).toEqual(expected);
    }
  });

  it("a swarm without the plugin says how to add it; another failure passes through", () => {
    const throwing = (error: unknown) => ({
      get: (): never => {
        throw error;
      },
    });
    const missing = throwing(new SwarmError("PORT_UNKNOWN", "resilience"));
    expect(codeAndCure(() => getConnectionResilience(missing))).toEqual({
      code: "RESILIENCE_NOT_INSTALLED",
      cure: errorTable.RESILIENCE_NOT_INSTALLED,
    });
    const other = new Error("other");
    expect(codeAndCure(() => getConnectionResilience(throwing(other)))).toBe(other);
  });

  it("answers nonsense calmly", () => {
    const { resilience: view, guard, routes } = startNode();
    for (const nonsense of ["", "__proto__", "constructor", 1, null, {}, Number.NaN]) {
      expect(view.getState(nonsense as never)).toBeUndefined();
      expect(view.forceReset((nonsense ?? "") as never)).toBe(0);
      expect(view.canAttemptConnection(nonsense as never)).toBe(true);
      expect(view.getReliability(nonsense as never)).toBe(0.5);
    }
    for (const name of ["__proto__", "constructor", "", "\n", "p".repeat(100_000)]) {
      guard.record({ kind: "refused", way: way(name, name) });
      routes.record({ kind: "refused", way: way(name, name) });
      expect(view.getState(name)?.failures).toBe(1);
    }
    guard.record({ kind: "nonsense" as never, way: way("p") });
    guard.record({ kind: "refused", way: way("q"), permit: { release() {} } });
    expect(view.getState("p")).toBeUndefined();
    expect(view.getState("q")?.failures).toBe(1);
  });

  it("keys never mix: (1, 1p) is not (11, p)", () => {
    const { guard, resilience: view } = startNode();
    guard.record({ kind: "refused", way: way("pq", "a") });
    expect(view.getState("q")).toBeUndefined();
    guard.record({ kind: "refused", way: way("q", "ap") });
    expect(view.getStats().totalBreakers).toBe(2);
  });
});

import { performance } from "node:perf_hooks";
import type { RoadCapabilities, Way } from "@swarm-space/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attempt, startAblated, startNode, type TestNode, TestRandom, waitMs, way } from "./node.ts";

const relay: RoadCapabilities = { direct: false, maxFrameBytes: 16_384, latencyClassMs: 200 };
const direct: RoadCapabilities = { direct: true, maxFrameBytes: 16_384, latencyClassMs: 50 };

function connected(transport: string, capabilities = relay, peer = "p"): Way {
  return way(peer, transport, { connected: true, capabilities });
}
function first(node: TestNode, ways: readonly Way[], peer = "p"): string | undefined {
  return node.routes.rank(ways, peer)[0]?.transport;
}

const seeds = [
  connected("peerjs", { ...direct, latencyClassMs: 100 }),
  connected("gun"),
  connected("integrated", direct),
];

describe("ranking", () => {
  it("begins with the seed's order", () => {
    const node = startNode();
    expect(node.routes.rank(seeds, "p").map(({ transport }) => transport)).toEqual(["integrated", "gun", "peerjs"]);
    expect(
      ["integrated", "gun", "peerjs", "ble", "__proto__", "constructor"].map((id) => node.routes.score(id)),
    ).toEqual([1, 0.8, 0.6, 0.5, 0.5, 0.5]);
  });

  it("keeps the seed's value of transports that a partial map leaves out", () => {
    const node = startNode({ reliability: { gun: 0.3, ble: 0.9 } });
    expect(["integrated", "gun", "peerjs", "ble"].map((id) => node.routes.score(id))).toEqual([1, 0.3, 0.6, 0.9]);
  });

  it("prefers what is connected, what is faster, what is direct", () => {
    const node = startNode();
    const idle = way("p", "a");
    expect(first(node, [idle, connected("b")])).toBe("b");
    expect(first(startNode(), [connected("a"), connected("b", direct)])).toBe("b");
    expect(first(startNode(), [connected("a"), connected("b", { ...relay, direct: true })])).toBe("b");
  });

  it("measured round trips replace the declared class", () => {
    const node = startNode();
    const ways = [connected("a", direct), connected("b", relay)];
    expect(first(node, ways)).toBe("a");
    node.routes.record({ kind: "accepted", way: connected("a"), rttMs: 900 });
    node.routes.record({ kind: "accepted", way: connected("b"), rttMs: 20 });
    expect(first(node, ways)).toBe("b");
  });

  it("gives back the same ways, whatever they are", () => {
    const ways = fc.array(
      fc.record({ transport: fc.constantFrom("a", "b", "__proto__", ""), road: fc.string(), up: fc.boolean() }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(ways, fc.string(), fc.infiniteStream(fc.double()), (drafts, peer, rtts) => {
        const node = startNode();
        const list = drafts.map(({ transport, road, up }) => way(peer, transport, { road, connected: up }));
        for (const each of list) node.routes.record({ kind: "accepted", way: each, rttMs: rtts.next().value });
        node.clock.ms += 100_000;
        expect(new Set(node.routes.rank(list, peer))).toEqual(new Set(list));
        expect(node.routes.rank(list, peer)).toHaveLength(list.length);
      }),
      { numRuns: 300 },
    );
  });

  it("costs under 2 µs for three ways", () => {
    const node = startNode({ loserProbeMs: 0 });
    for (const each of seeds) node.routes.record({ kind: "accepted", way: each, rttMs: 50 });
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20; round++) {
      const begun = performance.now();
      for (let i = 0; i < 10_000; i++) node.routes.rank(seeds, "p");
      best = Math.min(best, (performance.now() - begun) / 10);
    }
    expect(best).toBeLessThan(2);
  });
});

describe("ACCEPTANCE 6", () => {
  /** Sends once a second over what ranks first; "integrated" fails each send and still claims to be well. */
  function run(node: TestNode, sends: number): { readonly scores: number[]; readonly lostAt: number } {
    const scores = [node.routes.score("integrated")];
    let lostAt = Number.POSITIVE_INFINITY;
    for (let send = 1; send <= sends; send++) {
      const chosen = node.routes.rank(seeds, "p")[0] ?? connected("gun");
      const bad = chosen.transport === "integrated";
      if (!bad) lostAt = Math.min(lostAt, send);
      node.routes.record({ kind: "connected", way: chosen });
      node.routes.record(bad ? { kind: "silent", way: chosen } : { kind: "accepted", way: chosen, rttMs: 200 });
      node.clock.ms += 1_000;
      node.events.emit("transport:state", { transport: "integrated", state: "ready", lastError: undefined });
      scores.push(node.routes.score("integrated"));
    }
    return { scores, lostAt };
  }

  it("a transport that fails every send loses first place within 5 sends, and its score never rises meanwhile", () => {
    const { scores, lostAt } = run(startNode(), 30);
    expect(lostAt).toBeLessThanOrEqual(5);
    for (const [i, score] of scores.entries()) expect(score).toBeLessThanOrEqual(scores[i - 1] ?? 1);
  });

  it("ablations: with handshakes as proof, or fading at once, the score rises", () => {
    const rises = ({ scores }: { scores: number[] }): boolean =>
      scores.some((score, i) => score > (scores[i - 1] ?? 1));
    expect(rises(run(startAblated({ scoreHold: false }), 30))).toBe(true);
    const node = startAblated({ onlyLettersRaise: false });
    node.routes.record({ kind: "silent", way: connected("integrated") });
    const low = node.routes.score("integrated");
    node.routes.record({ kind: "connected", way: connected("integrated") });
    expect(node.routes.score("integrated")).toBeGreaterThan(low);
  });
});

describe("scores", () => {
  it("stay in [0, 1]; only letters taken raise them", () => {
    const kinds = fc.constantFrom(
      "connected",
      "inbound",
      "accepted",
      "refused",
      "silent",
      "lost",
      "absent",
      "unavailable",
      "cancelled",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, fc.nat(50_000)), { maxLength: 60 }), (steps) => {
        const node = startNode();
        for (const [kind, ms] of steps) {
          const before = [node.resilience.getReliability("gun"), node.resilience.getReliability("gun", "p")];
          node.routes.record({ kind, way: connected("gun") });
          const after = [node.resilience.getReliability("gun"), node.resilience.getReliability("gun", "p")];
          for (const [i, value] of after.entries()) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
            if (kind !== "accepted") expect(value).toBeLessThanOrEqual(before[i] ?? 0);
            if (kind === "accepted") expect(value).toBeGreaterThanOrEqual(before[i] ?? 1);
          }
          node.clock.ms += ms;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("rest for their hold, then halve their distance from the prior in each half-life", () => {
    const node = startNode();
    for (let i = 0; i < 150; i++) node.routes.record({ kind: "silent", way: connected("gun", relay, `p${i}`) });
    const low = node.routes.score("gun");
    expect(low).toBeLessThan(0.01);
    node.clock.ms += 60_000;
    expect(node.routes.score("gun")).toBe(low);
    node.clock.ms += 600_000;
    expect(node.routes.score("gun")).toBeCloseTo((0.8 + low) / 2, 10);
    node.clock.ms += 6_000_000;
    expect(node.routes.score("gun")).toBeCloseTo(0.8, 2);
  });

  it("a dead peer, dialled as its breaker lets, lowers its own score, the transport's only a little: the seed's order stays", () => {
    const node = startNode();
    const dead = connected("integrated", direct, "dead");
    let lowest = 1;
    for (let i = 0; i < 100; i++) {
      node.clock.ms += waitMs(node, dead);
      attempt(node, dead, "refused");
      lowest = Math.min(lowest, node.routes.score("integrated"));
    }
    expect(node.resilience.getReliability("integrated", "dead")).toBeLessThan(lowest - 0.1);
    expect(lowest).toBeGreaterThan(0.8);
    expect(first(node, seeds)).toBe("integrated");
  });

  it("a transport that fails all its peers falls to nothing, and so does one that fails its only peer", () => {
    const node = startNode();
    for (let i = 0; i < 150; i++) node.routes.record({ kind: "silent", way: connected("gun", relay, `p${i}`) });
    for (let i = 0; i < 400; i++) node.routes.record({ kind: "silent", way: connected("integrated") });
    expect(node.routes.score("gun")).toBeLessThan(0.01);
    expect(node.routes.score("integrated")).toBeLessThan(0.01);
  });

  it("a dead road sinks behind its sibling of the same transport", () => {
    const node = startNode();
    const roads = [{ ...connected("integrated", direct), road: "direct" }, connected("integrated")];
    expect(node.routes.rank(roads, "p")[0]?.road).toBe("direct");
    node.routes.record({ kind: "silent", way: roads[0] ?? seeds[0] ?? way("p") });
    expect(node.routes.rank(roads, "p")[0]?.road).toBe("relay");
  });
});

describe("hysteresis and probing", () => {
  /** How often first place changes in ten minutes of two equal ways with ±5 ms of noise; the times of the changes. */
  function noisySwitches(node: TestNode): number[] {
    const noise = new TestRandom(11);
    const ways = [connected("a", direct), connected("b", direct)];
    const changes: number[] = [];
    let leading = first(node, ways);
    for (let i = 0; i < 6_000; i++) {
      for (const each of ways) node.routes.record({ kind: "accepted", way: each, rttMs: 20 + 10 * noise.float() - 5 });
      const now = first(node, ways);
      if (now !== leading) changes.push(node.clock.ms);
      leading = now;
      node.clock.ms += 100;
    }
    return changes;
  }

  it("±5 ms of noise switches at most once in 10 s; without hysteresis it flips", () => {
    const changes = noisySwitches(startNode({ loserProbeMs: 0 }));
    for (const [i, at] of changes.entries())
      if (i > 0) expect(at - (changes[i - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect(changes.length).toBeLessThanOrEqual(60);
    expect(noisySwitches(startAblated({ hysteresis: false }, { loserProbeMs: 0 })).length).toBeGreaterThan(200);
  });

  it("does not switch twice within 10 s for speed alone, but leaves a failing or lost way at once", () => {
    const node = startNode({ loserProbeMs: 0, reliability: { a: 0.9, b: 0.9, c: 0.9 } });
    const [a, b] = [connected("a"), connected("b")];
    const settle = (slow: Way, fast: Way): void => {
      for (let i = 0; i < 60; i++) {
        node.routes.record({ kind: "accepted", way: slow, rttMs: 900 });
        node.routes.record({ kind: "accepted", way: fast, rttMs: 10 });
      }
    };
    expect(first(node, [a, b])).toBe("a");
    settle(a, b);
    expect(first(node, [a, b])).toBe("b");
    settle(b, a);
    expect(first(node, [a, b])).toBe("b");
    node.clock.ms += 10_000;
    expect(first(node, [a, b])).toBe("a");
    expect(first(node, [{ ...a, connected: false }, b])).toBe("a");
    expect(first(node, [{ ...a, connected: false }, { ...b, connected: true }, connected("c", direct)])).toBe("c");
    for (let i = 0; i < 9; i++) node.routes.record({ kind: "silent", way: connected("c") });
    expect(first(node, [a, b, connected("c", direct)])).toBe("a");
    for (let i = 0; i < 9; i++) node.routes.record({ kind: "lost", way: a });
    expect(first(node, [a, b, connected("c", direct)])).toBe("b");
  });

  /** Times, in ms, at which the loser went first in an hour of one rank a second. */
  function probes(node: TestNode, loser: Way): number[] {
    const leader = connected("integrated", direct);
    const times: number[] = [];
    for (let second = 0; second < 3_600; second++) {
      if (first(node, [leader, loser]) === loser.transport) times.push(node.clock.ms);
      node.routes.record({ kind: "accepted", way: leader, rttMs: 10 });
      node.clock.ms += 1_000;
    }
    return times;
  }

  it("the loser goes first now and then, at a bounded rate, the same for a seed", () => {
    const times = probes(startNode(), connected("gun"));
    expect(times.length).toBeGreaterThan(60);
    expect(times.length).toBeLessThanOrEqual(240);
    for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect(probes(startNode(), connected("gun"))).toEqual(times);
    expect(probes(startNode({}, 2), connected("gun"))).not.toEqual(times);
  });

  it("never an unconnected one, and never with probing off", () => {
    expect(probes(startNode(), way("p", "gun"))).toEqual([]);
    expect(probes(startNode({ loserProbeMs: 0 }), connected("gun"))).toEqual([]);
  });

  it("by probing a loser that has become faster is found; without it is not", () => {
    const find = (node: TestNode): string | undefined => {
      const [a, b] = [connected("a", direct), connected("b", relay)];
      for (let i = 0; i < 1_200; i++) {
        const chosen = node.routes.rank([a, b], "p")[0] ?? a;
        node.routes.record({ kind: "accepted", way: chosen, rttMs: chosen.transport === "a" ? 50 : 5 });
        node.clock.ms += 1_000;
      }
      return first(node, [a, b]);
    };
    expect(find(startNode({ reliability: { a: 0.9, b: 0.9 } }))).toBe("b");
    expect(find(startNode({ reliability: { a: 0.9, b: 0.9 }, loserProbeMs: 0 }))).toBe("a");
  });
});

describe("a ping that came back", () => {
  const measured = (node: TestNode, to: Way, rttMs?: number) =>
    node.routes.record({ kind: "measured", way: to, ...(rttMs === undefined ? {} : { rttMs }) });

  it("tells how far a way is, and proves the way alone", () => {
    const node = startNode();
    const ways = [connected("a", direct), connected("b")];
    const before = node.routes.score("b");
    measured(node, connected("a"), 900);
    measured(node, connected("b"), 20);
    expect(first(node, ways)).toBe("b");
    expect(node.routes.score("b")).toBe(before);
  });

  it("counts for more than one letter of many", () => {
    const far = (kind: "measured" | "accepted") => {
      const node = startNode({ loserProbeMs: 0 });
      const ways = [connected("a"), connected("b")];
      for (const each of ways) node.routes.record({ kind: "accepted", way: each, rttMs: 100 });
      expect(first(node, ways)).toBe("a");
      node.clock.ms += 1;
      node.routes.record({ kind, way: connected("a"), rttMs: 1_500 });
      node.clock.ms += 20_000;
      return first(node, ways);
    };
    expect([far("measured"), far("accepted")]).toEqual(["b", "a"]);
  });

  it("does not raise a way on which a letter failed: it may let pings pass and no letters", () => {
    const node = startNode();
    const ways = [connected("a"), connected("b")];
    for (const each of ways) node.routes.record({ kind: "accepted", way: each, rttMs: 50 });
    for (let i = 0; i < 10; i++) node.routes.record({ kind: "silent", way: connected("a") });
    for (let i = 0; i < 50; i++) measured(node, connected("a"), 50);
    expect(first(node, ways)).toBe("b");
  });

  it("says nothing of how far where it brings no number", () => {
    const node = startNode();
    const ways = [connected("a"), connected("b")];
    for (const each of ways) node.routes.record({ kind: "accepted", way: each, rttMs: 50 });
    for (const rttMs of [Number.NaN, -1, undefined]) measured(node, connected("a"), rttMs);
    expect(first(node, ways)).toBe("a");
  });
});

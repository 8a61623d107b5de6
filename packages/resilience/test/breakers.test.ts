import { performance } from "node:perf_hooks";
import type { Permit } from "@swarm-space/core";
import { describe, expect, it } from "vitest";
import { collectGarbage } from "../../../tests/acceptance/garbage.ts";
import { attempt, breakWay, isPermit, startAblated, startNode, type TestNode, waitMs, way } from "./node.ts";

const p1 = way("p1");

function stateOf(node: TestNode, peer = "p1"): string | undefined {
  return node.resilience.getState(peer)?.state;
}

/** Broken, and past its first wait. */
function halfOpen(node: TestNode): void {
  breakWay(node, p1);
  node.clock.ms += waitMs(node, p1);
  expect(stateOf(node)).toBe("half-open");
}

function admitMany(node: TestNode, count: number): Permit[] {
  return Array.from({ length: count }, () => node.guard.admit(p1)).filter(isPermit);
}

describe("ACCEPTANCE 15", () => {
  it("opens at the fifth failure, refuses for 60 s, then is half-open; three successes close", () => {
    const node = startNode();
    breakWay(node, p1, 4);
    expect(stateOf(node)).toBe("closed");
    node.clock.ms += waitMs(node, p1);
    attempt(node, p1, "refused");
    expect(stateOf(node)).toBe("open");
    expect(node.resilience.getOpenBreakers()).toMatchObject([
      { peerId: "p1", transport: "gun", state: "open", failures: 5 },
    ]);
    expect(node.resilience.canAttemptConnection("p1")).toBe(false);
    node.clock.ms += 59_999;
    expect(node.guard.admit(p1)).toEqual({ retryAt: node.clock.ms + 1, reason: "breaker open" });
    node.clock.ms += 1;
    expect(stateOf(node)).toBe("half-open");
    for (const expected of ["half-open", "half-open", "closed"]) {
      attempt(node, p1, "connected");
      expect(stateOf(node)).toBe(expected);
    }
    expect(waitMs(node, p1)).toBe(0);
    expect(node.events.names()).toEqual(["breaker:open", "breaker:half-open", "breaker:close"]);
    expect(node.events.seen[0]?.detail).toEqual({ transport: "gun", peer: "p1" });
    breakWay(node, p1, 4);
    expect(stateOf(node)).toBe("closed");
  });

  it("opens again at a failure in half-open, also after two successes", () => {
    const node = startNode();
    halfOpen(node);
    attempt(node, p1, "connected");
    attempt(node, p1, "connected");
    attempt(node, p1, "refused");
    expect(stateOf(node)).toBe("open");
  });

  it("forceReset closes: one peer on every transport, or all with their rendezvous", () => {
    const node = startNode();
    const relayed = way("p3", "gun", { rendezvous: "r" });
    node.guard.admit(relayed);
    for (let i = 0; i < 5; i++) {
      for (const to of [p1, way("p1", "peerjs"), way("p2")]) node.guard.record({ kind: "refused", way: to });
      node.guard.record({ kind: "unavailable", way: relayed });
    }
    expect(node.resilience.getStats()).toEqual({
      totalBreakers: 5,
      openBreakers: 4,
      halfOpenBreakers: 0,
      closedBreakers: 1,
    });
    expect(node.resilience.forceReset("p1")).toBe(2);
    expect(node.resilience.getOpenBreakers().map((breaker) => breaker.peerId ?? breaker.rendezvous)).toEqual([
      "p2",
      "r",
    ]);
    expect(node.resilience.forceReset()).toBe(5);
    expect(node.resilience.getStats().openBreakers).toBe(0);
    expect(node.resilience.forceReset("nobody")).toBe(0);
    expect(node.events.names().filter((name) => name === "breaker:close")).toHaveLength(4);
  });

  it("forceReset makes results of before stale", () => {
    const node = startNode();
    const permits = admitMany(node, 9);
    node.resilience.forceReset();
    for (const permit of permits) node.guard.record({ kind: "refused", way: p1, permit });
    expect(node.resilience.getState("p1")?.failures).toBe(0);
  });
});

describe("ACCEPTANCE 16", () => {
  it("waits 60, 64, 128, 256, 300, 300 s while half-open keeps failing", () => {
    const node = startNode();
    breakWay(node, p1, 4);
    expect(breakWay(node, p1, 6)).toEqual([60_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
  });

  it("of 1,000 simultaneous attempts in half-open the probe limit passes, and a hung probe gives its permit back", () => {
    for (const halfOpenProbes of [1, 3, 7]) {
      const node = startNode({ halfOpenProbes });
      halfOpen(node);
      expect(admitMany(node, 1_000)).toHaveLength(halfOpenProbes);
      expect(node.guard.admit(p1)).toEqual({ retryAt: node.clock.ms + 30_000, reason: "probe limit" });
      node.clock.ms += 29_999;
      expect(admitMany(node, 10)).toHaveLength(0);
      node.clock.ms += 1;
      expect(admitMany(node, 1_000)).toHaveLength(halfOpenProbes);
    }
  });

  it("peek takes no permit", () => {
    const node = startNode();
    halfOpen(node);
    for (let i = 0; i < 100; i++) expect(node.guard.peek?.(p1)).toBeUndefined();
    expect(admitMany(node, 10)).toHaveLength(3);
  });

  it.each(["absent", "cancelled", "lost"] as const)("a probe that ends in %s gives its permit back", (kind) => {
    const node = startNode();
    halfOpen(node);
    for (let i = 0; i < 3; i++) attempt(node, p1, kind);
    expect(stateOf(node)).toBe("half-open");
    expect(admitMany(node, 10)).toHaveLength(3);
  });

  it("a probe that found its rendezvous away gives the peer's permit back", () => {
    const node = startNode({ halfOpenProbes: 1 });
    halfOpen(node);
    attempt(node, p1, "unavailable");
    expect(waitMs(node, p1)).toBe(2_000);
    node.clock.ms += 2_000;
    expect(stateOf(node)).toBe("half-open");
    expect(admitMany(node, 10)).toHaveLength(1);
  });

  it("release gives back once, in half-open; twice is harmless", () => {
    const node = startNode();
    halfOpen(node);
    const [first] = admitMany(node, 3);
    first?.release();
    first?.release();
    expect(admitMany(node, 10)).toHaveLength(1);
  });

  it("the late failure of a hung probe still opens, for the state is the same", () => {
    const node = startNode();
    halfOpen(node);
    const [hung] = admitMany(node, 1);
    node.clock.ms += 40_000;
    if (hung !== undefined) node.guard.record({ kind: "refused", way: p1, permit: hung });
    expect(stateOf(node)).toBe("open");
  });

  it("ablations: without the limit all pass; without the time-out hung probes block for ever", () => {
    const unlimited = startAblated({ probeLimit: false });
    halfOpen(unlimited);
    expect(admitMany(unlimited, 1_000)).toHaveLength(1_000);
    const hanging = startAblated({ probeTimeout: false });
    halfOpen(hanging);
    admitMany(hanging, 3);
    hanging.clock.ms += 86_400_000;
    expect(admitMany(hanging, 10)).toHaveLength(0);
  });
});

describe("ACCEPTANCE 17", () => {
  it("waits 2, 4, 8, 16 s after failures 1 to 4", () => {
    expect(breakWay(startNode(), p1, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(breakWay(startNode({ maxBackoffMs: 5_000 }), p1, 4)).toEqual([2_000, 4_000, 5_000, 5_000]);
  });

  it("jitter shortens a wait by its share at most, by the node's own seed", () => {
    const waits = breakWay(startNode({ jitter: 0.5 }), p1, 5);
    expect(waits).toEqual(breakWay(startNode({ jitter: 0.5 }), p1, 5));
    for (const [i, full] of [2_000, 4_000, 8_000, 16_000, 60_000].entries()) {
      expect(waits[i]).toBeLessThan(full);
      expect(waits[i]).toBeGreaterThanOrEqual(full / 2);
    }
  });

  it("a success forgives; but a handshake does not forgive silence, letters taken do", () => {
    const node = startNode();
    breakWay(node, p1, 4);
    node.guard.record({ kind: "connected", way: p1 });
    expect(node.resilience.getState("p1")?.failures).toBe(0);
    node.guard.record({ kind: "silent", way: p1 });
    node.guard.record({ kind: "connected", way: p1 });
    expect(node.resilience.getState("p1")?.failures).toBe(1);
    node.guard.record({ kind: "accepted", way: p1 });
    expect(node.resilience.getState("p1")?.failures).toBe(0);
  });
});

describe("ACCEPTANCE 18, the guard's half", () => {
  it("open for p1 touches neither p2 nor another transport of p1", () => {
    const node = startNode();
    breakWay(node, p1);
    expect(waitMs(node, way("p2"))).toBe(0);
    expect(waitMs(node, way("p1", "peerjs"))).toBe(0);
    expect(node.resilience.canAttemptConnection("p1", "gun")).toBe(false);
    expect(node.resilience.canAttemptConnection("p1", "peerjs")).toBe(true);
  });
});

describe("ACCEPTANCE 20", () => {
  it("1,000,000 peers of one failure each: breakers and scores stay under their caps, and what is open stays", () => {
    const node = startNode({ maxBreakers: 2_000, maxScoredPeers: 2_000 });
    breakWay(node, p1);
    const before = collectGarbage();
    const begun = performance.now();
    for (let i = 0; i < 1_000_000; i++) attempt(node, way(`stranger-${i}`), "refused");
    const tookMs = performance.now() - begun;
    node.events.seen.length = 0;
    expect(node.resilience.getStats().totalBreakers).toBeLessThanOrEqual(2_000);
    expect(node.resilience.getStats().totalBreakers).toBeGreaterThan(1_900);
    expect(stateOf(node)).toBe("open");
    expect(collectGarbage() - before).toBeLessThan(4e6);
    expect(tookMs).toBeLessThan(30_000);
  }, 60_000);

  it("evicts what is at rest first, then what has failed, oldest first; one evicted in flight still counts", () => {
    const node = startNode({ maxBreakers: 4 });
    const inFlight = node.guard.admit(way("rest-1"));
    node.guard.admit(way("rest-2"));
    attempt(node, way("failed"), "refused");
    breakWay(node, p1);
    node.guard.admit(way("new-1"));
    expect(["rest-1", "rest-2", "failed", "p1", "new-1"].map((peer) => stateOf(node, peer) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    if (isPermit(inFlight)) node.guard.record({ kind: "refused", way: way("rest-1"), permit: inFlight });
    expect(node.resilience.getState("rest-1")?.failures).toBe(1);
    expect(stateOf(node, "rest-2")).toBeUndefined();
    expect(stateOf(node)).toBe("open");
  });

  it("ablation: without caps all are kept", () => {
    const node = startAblated({ caps: false }, { maxBreakers: 100, maxScoredPeers: 100 });
    for (let i = 0; i < 1_000; i++) attempt(node, way(`stranger-${i}`), "refused");
    expect(node.resilience.getStats().totalBreakers).toBe(1_000);
  });
});

describe("breaker matrix", () => {
  it.each([[1], [2], [5], [9]])("threshold %i: closed at n - 1, open at n, still open at n + 1", (failureThreshold) => {
    const node = startNode({ failureThreshold });
    for (let failures = 1; failures <= failureThreshold + 1; failures++) {
      node.guard.record({ kind: "refused", way: p1 });
      expect(stateOf(node)).toBe(failures < failureThreshold ? "closed" : "open");
    }
    expect(node.resilience.getState("p1")?.failures).toBe(failureThreshold);
  });

  it("slow calls: silence counts as a failure", () => {
    const node = startNode();
    for (let i = 0; i < 5; i++) node.guard.record({ kind: "silent", way: p1 });
    expect(stateOf(node)).toBe("open");
  });

  it("absent, cancelled and lost are no failures", () => {
    const node = startNode();
    for (let i = 0; i < 20; i++) for (const kind of ["absent", "cancelled", "lost"] as const) attempt(node, p1, kind);
    expect(node.resilience.getState("p1")).toMatchObject({ state: "closed", failures: 0 });
  });

  it("a success from before the opening is stale; so is a failure from before the closing", () => {
    const node = startNode();
    const [early, late] = admitMany(node, 2);
    breakWay(node, p1);
    if (early !== undefined) node.guard.record({ kind: "connected", way: p1, permit: early });
    expect(stateOf(node)).toBe("open");
    node.clock.ms += 60_000;
    for (let i = 0; i < 3; i++) attempt(node, p1, "connected");
    if (late !== undefined) node.guard.record({ kind: "refused", way: p1, permit: late });
    expect(node.resilience.getState("p1")).toMatchObject({ state: "closed", failures: 0 });
  });

  it("the echo of an ended attempt is ignored, what its connection does later is not", () => {
    const node = startNode();
    const [permit] = admitMany(node, 1);
    if (permit === undefined) throw new Error("refused");
    for (let i = 0; i < 9; i++) node.guard.record({ kind: "refused", way: p1, permit });
    expect(node.resilience.getState("p1")?.failures).toBe(1);
    for (let i = 0; i < 4; i++) node.guard.record({ kind: "silent", way: p1, permit });
    expect(stateOf(node)).toBe("open");
  });

  it("an inbound handshake opens the way at once: half-open from open, no wait from closed, nothing forgotten", () => {
    const node = startNode();
    breakWay(node, p1, 3);
    node.guard.record({ kind: "inbound", way: p1 });
    expect(waitMs(node, p1)).toBe(0);
    expect(node.resilience.getState("p1")?.failures).toBe(3);
    breakWay(node, p1, 2);
    expect(stateOf(node)).toBe("open");
    node.guard.record({ kind: "inbound", way: p1 });
    expect(stateOf(node)).toBe("half-open");
    attempt(node, p1, "refused");
    expect(waitMs(node, p1)).toBe(64_000);
  });

  it("a transport back to ready does the same for all its breakers, and for no other transport", () => {
    const node = startNode();
    const say = (state: "ready" | "active" | "error", transport = "gun"): void =>
      node.events.emit("transport:state", { transport, state, lastError: undefined });
    say("ready");
    breakWay(node, p1);
    breakWay(node, way("p1", "peerjs"));
    say("active");
    expect(stateOf(node)).toBe("open");
    say("error");
    say("ready");
    expect(node.resilience.getState("p1")?.breakers.map((breaker) => breaker.state)).toEqual(["half-open", "open"]);
  });

  it("ablation: without proof of life it stays open", () => {
    const node = startAblated({ proofOfLife: false });
    breakWay(node, p1);
    node.guard.record({ kind: "inbound", way: p1 });
    node.events.emit("transport:state", { transport: "gun", state: "ready", lastError: undefined });
    expect(stateOf(node)).toBe("open");
  });

  it("unavailable charges the rendezvous, never the peer; another rendezvous stays free", () => {
    const node = startNode();
    const viaR = way("p1", "gun", { rendezvous: "r" });
    for (let i = 0; i < 5; i++) {
      node.clock.ms += waitMs(node, viaR);
      attempt(node, viaR, "unavailable");
    }
    expect(node.resilience.getState("p1")).toMatchObject({ state: "closed", failures: 0 });
    expect(waitMs(node, way("p2", "gun", { rendezvous: "r" }))).toBe(60_000);
    expect(waitMs(node, way("p1", "gun", { rendezvous: "s" }))).toBe(0);
    expect(node.events.seen.at(-1)).toEqual({ name: "breaker:open", detail: { transport: "gun", rendezvous: "r" } });
    const direct = { direct: true, maxFrameBytes: 1_024, latencyClassMs: 50 };
    node.guard.record({ kind: "accepted", way: { ...viaR, capabilities: direct } });
    expect(waitMs(node, viaR)).toBe(60_000);
    node.guard.record({ kind: "accepted", way: { ...viaR, capabilities: { ...direct, direct: false } } });
    expect(waitMs(node, viaR)).toBe(0);
  });

  it("a way without rendezvous is charged under its transport", () => {
    const node = startNode();
    for (let i = 0; i < 5; i++) node.guard.record({ kind: "unavailable", way: p1 });
    expect(waitMs(node, way("p2"))).toBe(60_000);
    expect(node.resilience.getOpenBreakers()).toMatchObject([{ transport: "gun", state: "open" }]);
    expect(node.events.seen.at(-1)?.detail).toEqual({ transport: "gun" });
  });

  it("both breakers must admit, the later time counts, and a refused attempt takes no permit of either", () => {
    const node = startNode();
    const viaR = way("p1", "gun", { rendezvous: "r" });
    breakWay(node, viaR);
    node.clock.ms += 60_000;
    for (let i = 0; i < 5; i++) node.guard.record({ kind: "unavailable", way: way("p2", "gun", { rendezvous: "r" }) });
    for (let i = 0; i < 10; i++) expect(isPermit(node.guard.admit(viaR))).toBe(false);
    expect(waitMs(node, viaR)).toBe(60_000);
    expect(Array.from({ length: 10 }, () => node.guard.admit(way("p1"))).filter(isPermit)).toHaveLength(3);
  });

  it("a wall clock that jumps a day changes nothing", () => {
    for (const day of [86_400_000, -86_400_000]) {
      const node = startNode();
      breakWay(node, p1);
      node.clock.wallMs += day;
      expect(waitMs(node, p1)).toBe(60_000);
    }
  });

  it("stop in each state leaves no listener, twice is harmless, and a start listens once again", () => {
    const o = { signal: new AbortController().signal };
    for (const failures of [0, 2, 5]) {
      const node = startNode();
      breakWay(node, p1, failures);
      if (failures === 5) admitMany(node, 1);
      void node.handle.stop?.(o);
      void node.handle.stop?.(o);
      expect(node.events.listenerCount).toBe(0);
      void node.handle.start?.(o);
      void node.handle.start?.(o);
      expect(node.events.listenerCount).toBe(1);
    }
  });
});

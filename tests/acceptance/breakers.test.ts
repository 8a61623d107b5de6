import { type Permit, ports, type Refusal, type Swarm, SwarmError, use, type Way } from "@swarm-space/core";
import resilience, { getConnectionResilience } from "@swarm-space/resilience";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { collectGarbage } from "./garbage.ts";
import { heard, outcome, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "acceptance", schema: z.unknown() };
const aDayMs = 86_400_000;

/** Two nodes joined by the third party's transport alone; `a` alone sees the other. */
async function pair(stage: Stage, options: Record<string, unknown> = {}) {
  const office = new CourierOffice();
  const a = await stage.node("a", [use(resilience, options), use(courierPlugin({ office }))]);
  const b = await stage.node("b", [use(courierPlugin({ office, sees: () => false }))]);
  b.channel(channel).onMessage(() => {});
  return { office, a, b };
}

/** Whole seconds of virtual time of each dial, from the first on. */
function dialSeconds(office: CourierOffice): number[] {
  const first = office.dials[0]?.atMs ?? 0;
  return office.dials.map(({ atMs }) => Math.round((atMs - first) / 1_000));
}

function isPermit(answer: Permit | Refusal): answer is Permit {
  return "release" in answer;
}

const somebody = "a".repeat(52);
const way = (peer = somebody): Way => ({ peer, transport: "courier", road: "rider", connected: false });

/** Fails the way at its guard until its breaker opens. */
async function breakWay(stage: Stage, swarm: Swarm, peer = somebody): Promise<void> {
  const guard = swarm.get(ports.guard);
  for (let failure = 0; failure < 5; failure++) {
    const refusal = guard.peek?.(way(peer));
    if (refusal !== undefined) await stage.clock.advance(refusal.retryAt - stage.clock.now());
    const permit = guard.admit(way(peer));
    if (!isPermit(permit)) throw new Error(`refused: ${permit.reason}`);
    guard.record({ kind: "refused", way: way(peer), permit });
  }
}

describe("ACCEPTANCE 15: closed, open at the fifth failure, half-open after 60 s, closed by three successes", () => {
  test("a whole node: five dials, then none for 60 s, then one", async () => {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage);
    const opened = heard(a, "breaker:open");
    office.tricks = { dial: "refuse" };
    await stage.start();
    void outcome(a.channel(channel).send(b.id, "patience", { ttlMs: aDayMs }));
    await stage.eventually(() => opened.length === 1, "the breaker opens");
    expect(office.dials).toHaveLength(5);
    expect(opened).toEqual([{ transport: "courier", peer: b.id }]);
    const breaker = getConnectionResilience(a);
    expect(breaker.getOpenBreakers()).toMatchObject([{ peerId: b.id, state: "open", failures: 5 }]);
    await stage.clock.advance(59_900);
    expect(office.dials).toHaveLength(5);
    await stage.clock.advance(200);
    expect(office.dials).toHaveLength(6);
  });

  test("at the guard: three successes close; a failure in half-open opens again; forceReset closes", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage);
    const guard = a.get(ports.guard);
    const state = () => getConnectionResilience(a).getState(somebody)?.state;
    await breakWay(stage, a);
    expect(state()).toBe("open");
    expect(guard.admit(way())).toMatchObject({ reason: "breaker open" });
    await stage.clock.advance(59_999);
    expect(isPermit(guard.admit(way()))).toBe(false);
    await stage.clock.advance(1);
    for (const expected of ["half-open", "half-open", "closed"]) {
      const permit = guard.admit(way());
      if (!isPermit(permit)) throw new Error(permit.reason);
      guard.record({ kind: "connected", way: way(), permit });
      expect(state()).toBe(expected);
    }
    await breakWay(stage, a);
    await stage.clock.advance(60_000);
    const probe = guard.admit(way());
    if (!isPermit(probe)) throw new Error(probe.reason);
    guard.record({ kind: "refused", way: way(), permit: probe });
    expect(state()).toBe("open");
    expect(getConnectionResilience(a).forceReset(somebody)).toBe(1);
    expect(state()).toBe("closed");
    expect(isPermit(guard.admit(way()))).toBe(true);
  });

  test("after forceReset a node dials at once, and the waiting letter arrives", async () => {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage);
    const opened = heard(a, "breaker:open");
    office.tricks = { dial: "refuse" };
    await stage.start();
    const receipt = a.channel(channel).send(b.id, "patience", { ttlMs: aDayMs });
    await stage.eventually(() => opened.length === 1, "the breaker opens");
    office.tricks = {};
    await stage.clock.advance(5_000);
    expect(office.dials).toHaveLength(5);
    getConnectionResilience(a).forceReset(b.id);
    expect(await stage.until(receipt, 1_000)).toMatchObject({ status: "confirmed" });
    expect(office.dials).toHaveLength(6);
  });

  test("a transport back to ready is dialled at once, not when the open wait ends", async () => {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage);
    const opened = heard(a, "breaker:open");
    await stage.start();
    office.tricks = { dial: "unavailable" };
    office.cut();
    const receipt = a.channel(channel).send(b.id, "patience", { ttlMs: aDayMs });
    await stage.eventually(() => opened.length > 0, "the breaker opens", 300_000);
    expect(opened).toEqual([{ transport: "courier" }]);
    await stage.clock.advance(5_000);
    office.tricks = {};
    office.doors.get(a.id)?.report("error");
    await stage.clock.advance(1_000);
    office.doors.get(a.id)?.report("ready");
    expect(await stage.until(receipt, 1_000)).toMatchObject({ status: "confirmed" });
  });
});

describe("ACCEPTANCE 16: open waits and the probe limit", () => {
  test("60, 64, 128, 256, 300 s when half-open keeps failing", async () => {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage);
    office.tricks = { dial: "refuse" };
    await stage.start();
    void outcome(a.channel(channel).send(b.id, "patience", { ttlMs: aDayMs }));
    await stage.clock.advance(1_500_000);
    const seconds = dialSeconds(office);
    const waits = seconds.slice(1).map((at, i) => at - (seconds[i] ?? 0));
    expect(waits.slice(4, 10)).toEqual([60, 64, 128, 256, 300, 300]);
  });

  test("of 1,000 simultaneous attempts in half-open at most the limit pass; one that hangs gives its permit back", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage, { halfOpenProbes: 3, probeTimeoutMs: 30_000 });
    const guard = a.get(ports.guard);
    const passed = () => Array.from({ length: 1_000 }, () => guard.admit(way())).filter(isPermit);
    expect(passed()).toHaveLength(1_000);
    await breakWay(stage, a);
    expect(passed()).toHaveLength(0);
    await stage.clock.advance(60_000);
    const probes = passed();
    expect(probes).toHaveLength(3);
    expect(passed()).toHaveLength(0);
    probes[0]?.release();
    probes[0]?.release();
    expect(passed()).toHaveLength(1);
    await stage.clock.advance(30_000);
    expect(passed()).toHaveLength(3);
  });

  test("with a limit above the crowd all pass: it is the limit that holds them", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage, { halfOpenProbes: 1_000 });
    const guard = a.get(ports.guard);
    await breakWay(stage, a);
    await stage.clock.advance(60_000);
    expect(Array.from({ length: 1_000 }, () => guard.admit(way())).filter(isPermit)).toHaveLength(1_000);
  });
});

describe("ACCEPTANCE 17: after failure k < 5 attempts wait min(1 s · 2^k, 5 min)", () => {
  async function firstWaits(options: Record<string, unknown>, maxMs: number) {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage, options);
    office.tricks = { dial: "refuse" };
    await stage.start();
    void outcome(a.channel(channel).send(b.id, "patience", { ttlMs: aDayMs }));
    await stage.clock.advance(maxMs);
    const seconds = dialSeconds(office);
    return seconds.slice(1).map((at, i) => at - (seconds[i] ?? 0));
  }

  test("2, 4, 8, 16 s", async () => {
    expect((await firstWaits({}, 40_000)).slice(0, 4)).toEqual([2, 4, 8, 16]);
  });

  test("and never over the longest", async () => {
    const waits = await firstWaits({ maxBackoffMs: 5_000, failureThreshold: 100 }, 60_000);
    expect(waits.slice(0, 6)).toEqual([2, 4, 5, 5, 5, 5]);
  });

  test("a caller in a hurry does not storm the way", async () => {
    await using stage = new Stage();
    const { office, a, b } = await pair(stage);
    office.tricks = { dial: "refuse" };
    await stage.start();
    for (let i = 0; i < 200; i++) {
      const hurry = new AbortController();
      const connecting = outcome(a.connect(b.id, { signal: hurry.signal }));
      void outcome(a.channel({ name: `hurry-${i}`, schema: z.unknown() }).send(b.id, i, { ttlMs: 400 }));
      await stage.clock.advance(50);
      hurry.abort(new Error("too slow"));
      await connecting;
    }
    expect(dialSeconds(office)).toEqual([0, 2, 6]);
  });
});

describe("ACCEPTANCE 18: the breaker is open for p1", () => {
  test("a broadcast makes no attempt on p1's broken way, p2 is served", async () => {
    await using stage = new Stage();
    const { office, a, b: p2 } = await pair(stage);
    const p1 = await stage.node("p1", [use(courierPlugin({ office, sees: () => false }))]);
    const atP2: unknown[] = [];
    p2.channel({ name: "news", schema: z.unknown() }).onMessage((message) => void atP2.push(message));
    await stage.start(a, p2);
    await stage.eventually(() => reaches(a, p2, "courier"), "p2");
    const opened = heard(a, "breaker:open");
    office.tricks = { dial: "refuse" };
    await stage.start(p1);
    void outcome(a.channel(channel).send(p1.id, "patience", { ttlMs: aDayMs }));
    await stage.eventually(() => opened.some(({ peer }) => peer === p1.id), "p1's breaker opens", 300_000);
    const attempts = () => office.dials.filter(({ to }) => to === p1.id).length;
    const before = attempts();
    const news = a.channel({ name: "news", schema: z.unknown() });
    for (let i = 0; i < 20; i++) {
      expect(await stage.until(news.broadcast(i))).toEqual({ confirmed: [p2.id], failed: [] });
      await stage.clock.advance(100);
    }
    expect(attempts()).toBe(before);
    expect(atP2).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(a.explain(p1.id).ways).toMatchObject([{ transport: "courier", state: "waiting", reason: "breaker open" }]);
  });
});

describe("ACCEPTANCE 19: partial options take the defaults; nonsense is refused with its path", () => {
  test("one key given, the other four are the seed's", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage, { failureThreshold: 2 });
    const guard = a.get(ports.guard);
    const waits = [0, 1].map(() => {
      guard.record({ kind: "refused", way: way() });
      return (guard.peek?.(way())?.retryAt ?? 0) - stage.clock.now();
    });
    expect(waits).toEqual([2_000, 60_000]);
    expect(getConnectionResilience(a).getState(somebody)?.state).toBe("open");
  });

  test.for([
    [{ failureThreshold: 0 }, "failureThreshold"],
    [{ openStateTimeout: -1 }, "openStateTimeout"],
    [{ halfOpenSuccessThreshold: Number.NaN }, "halfOpenSuccessThreshold"],
    [{ maxBackoffMs: 0 }, "maxBackoffMs"],
    [{ baseBackoffMs: Number.POSITIVE_INFINITY }, "baseBackoffMs"],
    [{ baseBackoffMs: 10_000, maxBackoffMs: 5_000 }, "baseBackoffMs"],
    [{ baseBackoffMs: "1000" }, "baseBackoffMs"],
    [{ failureTreshold: 5 }, "failureTreshold"],
  ] as const)("%j", async ([options, key]) => {
    const stage = new Stage();
    const result = await outcome(stage.node("a", [{ plugin: resilience, options }]));
    const error = "error" in result ? result.error : undefined;
    expect(SwarmError.is(error, "CONFIG_INVALID")).toBe(true);
    expect(String(error)).toContain(key);
    expect(JSON.stringify(SwarmError.is(error) && error.detail)).toContain(`plugins[0].with.${key}`);
  });
});

describe("ACCEPTANCE 20: 1,000,000 peers of one failure each", { timeout: 60_000 }, () => {
  test("memory is bounded, and what is broken is not forgotten for it", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage);
    await breakWay(stage, a);
    const fail = (from: number, to: number) => {
      const guard = a.get(ports.guard);
      const routes = a.get(ports.routes);
      for (let i = from; i < to; i++) {
        const outcome = { kind: "refused", way: way(`${i}`.padStart(52, "a")) } as const;
        guard.record(outcome);
        routes.record(outcome);
      }
    };
    fail(0, 50_000);
    const warm = collectGarbage();
    fail(50_000, 1_000_000);
    const grownKiB = (collectGarbage() - warm) / 1_024;
    console.log(`figure: 950,000 further peers of one failure each: heap ${grownKiB.toFixed(0)} KiB more`);
    expect(grownKiB).toBeLessThan(4_096);
    expect(getConnectionResilience(a).getStats().totalBreakers).toBeLessThanOrEqual(10_000);
    expect(getConnectionResilience(a).getState(somebody)?.state).toBe("open");
  });

  test("with a cap above the crowd all are kept: it is the cap that bounds", async () => {
    await using stage = new Stage();
    const { a } = await pair(stage, { maxBreakers: 1_000_000 });
    const guard = a.get(ports.guard);
    for (let i = 0; i < 20_000; i++) guard.record({ kind: "refused", way: way(`${i}`.padStart(52, "a")) });
    expect(getConnectionResilience(a).getStats().totalBreakers).toBe(20_000);
  });

  test("without a plugin the kernel's own guard is bounded too", async () => {
    await using stage = new Stage();
    const a = await stage.node("plain", []);
    const guard = a.get(ports.guard);
    for (let i = 0; i < 20_000; i++) guard.record({ kind: "refused", way: way(`${i}`.padStart(52, "a")) });
    const warm = collectGarbage();
    for (let i = 20_000; i < 1_000_000; i++) guard.record({ kind: "refused", way: way(`${i}`.padStart(52, "a")) });
    expect((collectGarbage() - warm) / 1_024).toBeLessThan(4_096);
    expect(guard.peek?.(way(`${999_999}`.padStart(52, "a")))).toMatchObject({ reason: "backoff" });
    expect(guard.peek?.(way(`${0}`.padStart(52, "a")))).toBeUndefined();
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lifecycle, type LifecycleStep } from "../../src/assembly/lifecycle.ts";
import { SwarmError } from "../../src/errors/index.ts";
import { HandClock, settle } from "../hand-clock.ts";

type Flaw = "none" | "throws" | "rejects" | "hangs";

function stage(flaws: Readonly<Record<string, { start?: Flaw; stop?: Flaw }>>) {
  const clock = new HandClock();
  const seen: string[] = [];
  const reported: { name: string; error: SwarmError }[] = [];
  const signals: AbortSignal[] = [];
  const act = (what: string, flaw: Flaw = "none", signal?: AbortSignal): Promise<void> => {
    if (signal !== undefined) signals.push(signal);
    seen.push(what);
    if (flaw === "throws") throw new SwarmError("DIAL_FAILED", `${what} threw`, { cure: "Try the other door." });
    return flaw === "rejects"
      ? Promise.reject(new Error(`${what} rejected`))
      : flaw === "hangs"
        ? new Promise(() => {})
        : Promise.resolve();
  };
  const steps = Object.entries(flaws).map(
    ([name, flaw]): LifecycleStep => ({
      name,
      start: (o) => act(`start ${name}`, flaw.start, o.signal),
      stop: (o) => act(`stop ${name}`, flaw.stop, o.signal),
      startTimeoutMs: 100,
      stopTimeoutMs: 50,
    }),
  );
  const lifecycle = new Lifecycle(steps, { clock, onStopFailed: (name, error) => reported.push({ name, error }) });
  return { clock, seen, reported, signals, lifecycle };
}

describe("Lifecycle", () => {
  it("starts in order, stops in reverse, starts again", async () => {
    const { lifecycle, seen, clock } = stage({ a: {}, b: {} });
    await lifecycle.start();
    expect(lifecycle.state).toBe("started");
    await lifecycle.stop();
    await lifecycle.stop();
    await lifecycle.start();
    expect(seen).toEqual(["start a", "start b", "stop b", "stop a", "start a", "start b"]);
    expect(clock.pending).toBe(0);
  });

  it("starts once when asked twice at once", async () => {
    const { lifecycle, seen } = stage({ a: {} });
    await Promise.all([lifecycle.start(), lifecycle.start()]);
    await lifecycle.start();
    expect(seen).toEqual(["start a"]);
  });

  it("stops once when asked twice at once, and does nothing before a start", async () => {
    const { lifecycle, seen } = stage({ a: {} });
    await lifecycle.stop();
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it.each(["throws", "rejects"] as const)("unwinds what had started and what failed when a start %s", async (flaw) => {
    const { lifecycle, seen } = stage({ a: {}, b: { start: flaw }, c: {} });
    const error = await lifecycle.start().catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "PLUGIN_START_FAILED", detail: { plugin: "b" } });
    expect(String(error)).toContain("b could not start: start b");
    if (flaw === "throws")
      expect(error).toMatchObject({ cure: "Try the other door.", detail: { causeCode: "DIAL_FAILED" } });
    expect(seen).toEqual(["start a", "start b", "stop b", "stop a"]);
    expect(lifecycle.state).toBe("stopped");
  });

  it("names a start that hangs, aborts its signal and unwinds", async () => {
    const { lifecycle, seen, signals, clock } = stage({ a: {}, b: { start: "hangs" } });
    const failed = lifecycle.start().catch((e: unknown) => e);
    await clock.advance(99);
    expect(seen).toEqual(["start a", "start b"]);
    await clock.advance(1);
    expect(await failed).toMatchObject({
      code: "PLUGIN_TIMEOUT",
      detail: { plugin: "b", phase: "start", timeoutMs: 100 },
    });
    expect(signals[1]?.aborted).toBe(true);
    expect(seen).toEqual(["start a", "start b", "stop b", "stop a"]);
    expect(clock.pending).toBe(0);
  });

  it("reports a stop that hangs, throws or rejects, and stops the rest", async () => {
    const { lifecycle, seen, reported, clock } = stage({
      a: {},
      b: { stop: "hangs" },
      c: { stop: "throws" },
      d: { stop: "rejects" },
    });
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await clock.advance(50);
    await stopped;
    expect(seen.slice(4)).toEqual(["stop d", "stop c", "stop b", "stop a"]);
    expect(reported.map((each) => `${each.name} ${each.error.code}`)).toEqual([
      "d PLUGIN_STOP_FAILED",
      "c PLUGIN_STOP_FAILED",
      "b PLUGIN_TIMEOUT",
    ]);
    expect(clock.pending).toBe(0);
  });

  it("survives a listener that throws", async () => {
    const { clock } = stage({});
    const step: LifecycleStep = {
      name: "a",
      start() {},
      stop: () => Promise.reject(new Error("no")),
      startTimeoutMs: 1,
      stopTimeoutMs: 1,
    };
    const lifecycle = new Lifecycle([step], {
      clock,
      onStopFailed: () => {
        throw new Error("listener");
      },
    });
    await lifecycle.start();
    await expect(lifecycle.stop()).resolves.toBeUndefined();
  });

  it("cancels a start under way when stopped, and starts afresh when asked again meanwhile", async () => {
    const { lifecycle, seen, signals } = stage({ a: {}, b: { start: "hangs" } });
    const first = lifecycle.start().catch((e: unknown) => e);
    await settle();
    await settle();
    const stopped = lifecycle.stop();
    const second = lifecycle.start().catch((e: unknown) => e);
    await stopped;
    expect(await first).toMatchObject({ code: "SWARM_STOPPED" });
    expect(signals[1]?.aborted).toBe(true);
    await settle();
    await settle();
    expect(seen).toEqual(["start a", "start b", "stop b", "stop a", "start a", "start b"]);
    await lifecycle.stop();
    expect(await second).toMatchObject({ code: "SWARM_STOPPED" });
    expect(lifecycle.state).toBe("stopped");
  });

  it("asked to start while a stop waits for what is aside, it starts afterwards", async () => {
    const { lifecycle, seen } = stage({ a: {} });
    await lifecycle.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    const aside = lifecycle.aside(() => promise);
    await settle();
    const stopping = lifecycle.stop();
    const starting = lifecycle.start();
    resolve();
    await Promise.all([aside, stopping, starting]);
    expect({ seen, state: lifecycle.state }).toEqual({ seen: ["start a", "stop a", "start a"], state: "started" });
  });

  it("gives up with the caller's reason when the caller's signal aborts", async () => {
    const { lifecycle, seen } = stage({ a: { start: "hangs" } });
    const caller = new AbortController();
    const failed = lifecycle.start({ signal: caller.signal }).catch((e: unknown) => e);
    await settle();
    caller.abort("enough");
    expect(await failed).toBe("enough");
    expect(seen).toEqual(["start a", "stop a"]);
    expect(await lifecycle.start({ signal: AbortSignal.abort("before") }).catch((e: unknown) => e)).toBe("before");
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it("whatever is flawed: each started or tried step is stopped once, in reverse, and no timer is left", async () => {
    const flaw = fc.constantFrom<Flaw>("none", "none", "none", "throws", "rejects", "hangs");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ start: flaw, stop: flaw }), { maxLength: 6 }), async (flaws) => {
        const { lifecycle, seen, reported, clock } = stage(
          Object.fromEntries(flaws.map((each, index) => [`s${index}`, each])),
        );
        const bad = flaws.findIndex((each) => each.start !== "none");
        const begun = bad === -1 ? flaws.length : bad + 1;
        const outcome = lifecycle.start().then(
          () => "started",
          () => "failed",
        );
        await clock.advance(1000);
        expect(await outcome).toBe(bad === -1 ? "started" : "failed");
        const stopped = lifecycle.stop();
        await clock.advance(1000);
        await stopped;
        const names = flaws.map((_, index) => `s${index}`).slice(0, begun);
        expect(seen).toEqual([
          ...names.map((name) => `start ${name}`),
          ...names.toReversed().map((name) => `stop ${name}`),
        ]);
        expect(reported.length).toBe(flaws.slice(0, begun).filter((each) => each.stop !== "none").length);
        expect(clock.pending).toBe(0);
        expect(lifecycle.state).toBe("stopped");
      }),
      { numRuns: 60 },
    );
  });
});

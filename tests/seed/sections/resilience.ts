import { type Permit, type PluginUse, ports, type Swarm, use, type Way } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import { backoffMs, getConnectionResilience, type ResilienceConfig } from "@swarm-space/resilience";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect } from "vitest";
import * as z from "zod";
import { heard, outcome, reaches, Stage } from "../../acceptance/stage.ts";
import { CourierOffice, courierPlugin } from "../../acceptance/third-party-transport.ts";
import type { HeadingBook } from "../support/heading-book.ts";

const letters = { name: "letters", schema: z.unknown() };
const aDayMs = 86_400_000;

/** The preset's own resilience. */
export function presetResilience(options: ResilienceConfig = {}): PluginUse {
  return (
    hybridPlugins({ resilience: options }).find(({ plugin }) => plugin.id === "@swarm-space/resilience") ??
    expect.fail("none")
  );
}

/** Two nodes in virtual time; the first alone looks for the other. */
async function pair(stage: Stage) {
  const office = new CourierOffice();
  const one = await stage.node("one", [presetResilience(), use(courierPlugin({ office }))]);
  const other = await stage.node("other", [use(courierPlugin({ office, sees: () => false }))]);
  other.channel(letters).onMessage(() => {});
  return { office, one, other };
}

/** Whole seconds between the dials of a letter that nobody takes. */
async function dialPauses(stage: Stage, forMs: number): Promise<readonly number[]> {
  const { office, one, other } = await pair(stage);
  office.tricks = { dial: "refuse" };
  await stage.start();
  void outcome(one.channel(letters).send(other.id, "patience", { ttlMs: aDayMs }));
  await stage.clock.advance(forMs);
  return office.dials.slice(1).map(({ atMs }, at) => Math.round((atMs - (office.dials[at]?.atMs ?? 0)) / 1_000));
}

const way = (peer: string): Way => ({ peer, transport: "courier", road: "rider", connected: false });

function admitted(swarm: Swarm, peer: string): Permit {
  const answer = swarm.get(ports.guard).admit(way(peer));
  return "release" in answer ? answer : expect.fail(`refused: ${answer.reason}`);
}

/** Three transports of the seed's names between two nodes, in memory and virtual time. */
export async function threeRoads(stage: Stage, options: ResilienceConfig = {}) {
  const roads = () => ["integrated", "gun", "peerjs"].map((id) => use(memoryPlugin({ network: stage.network, id })));
  stage.network.inject({}, { latencyMs: 20 });
  const one = await stage.node("one", [presetResilience(options), ...roads()]);
  const other = await stage.node("other", [presetResilience(options), ...roads()]);
  const got: unknown[] = [];
  other.channel(letters).onMessage((text) => void got.push(text));
  const lane = one.channel(letters);
  await stage.start();
  const send = async (text: string) => (await stage.until(lane.send(other.id, text, { ttlMs: 60_000 }))).transport;
  return { one, other, lane, got, send };
}

/** "Connection Resilience" and what stands under it. */
export function resilience({ heading }: HeadingBook): void {
  heading("## Connection Resilience", ({ whole }) => {
    whole("is the preset's: its guard and its routes are the plugin's", async () => {
      await using stage = new Stage();
      const { one } = await pair(stage);
      expect(getConnectionResilience(one).getStats()).toEqual({
        totalBreakers: 0,
        openBreakers: 0,
        halfOpenBreakers: 0,
        closedBreakers: 0,
      });
      expect(one.get(ports.routes).score("integrated")).toBe(1);
    });
  });

  heading("### Circuit Breaker Pattern", ({ promise }) => {
    promise(
      ["Prevents connection cascade failures:", "**Open State**: After 5 failures, stop trying for 60 seconds"],
      async () => {
        await using stage = new Stage();
        const { office, one, other } = await pair(stage);
        const third = await stage.node("third", [use(courierPlugin({ office, sees: () => false }))]);
        third.channel(letters).onMessage(() => {});
        await stage.start(one, third);
        await stage.eventually(() => reaches(one, third, "courier"), "the third");
        const opened = heard(one, "breaker:open");
        office.tricks = { dial: "refuse" };
        await stage.start(other);
        const lane = one.channel(letters);
        void outcome(lane.send(other.id, "patience", { ttlMs: aDayMs }));
        const dials = () => office.dials.filter(({ to }) => to === other.id).length;
        await stage.eventually(() => opened.length === 1, "the breaker opens");
        expect(dials()).toBe(5);
        expect(opened).toEqual([{ transport: "courier", peer: other.id }]);
        // It is one peer's: who is connected is served, and nobody else waits.
        expect(await stage.until(lane.broadcast("news"))).toEqual({ confirmed: [third.id], failed: [] });
        await stage.clock.advance(59_900);
        expect(dials()).toBe(5);
        await stage.clock.advance(200);
        expect(dials()).toBe(6);
      },
    );
    promise(
      [
        "**Closed State**: Normal operation",
        "**Half-Open State**: Try limited connections to test recovery",
        "**Auto-Recovery**: Successful connections close the breaker",
      ],
      async () => {
        await using stage = new Stage();
        const { one, other } = await pair(stage);
        const guard = one.get(ports.guard);
        const state = () => getConnectionResilience(one).getState(other.id)?.state ?? "closed";
        const pass = () =>
          Array.from({ length: 100 }, () => guard.admit(way(other.id))).filter((each) => "release" in each);
        expect([state(), pass().length]).toEqual(["closed", 100]);
        for (let failure = 0; failure < 5; failure += 1) {
          await stage.clock.advance((guard.peek?.(way(other.id))?.retryAt ?? 0) - stage.clock.now());
          guard.record({ kind: "refused", way: way(other.id), permit: admitted(one, other.id) });
        }
        expect([state(), pass().length]).toEqual(["open", 0]);
        await stage.clock.advance(60_000);
        const limited = pass();
        expect(limited).toHaveLength(3);
        for (const permit of limited) if ("release" in permit) permit.release();
        const states: string[] = [];
        for (let success = 0; success < 3; success += 1) {
          guard.record({ kind: "connected", way: way(other.id), permit: admitted(one, other.id) });
          states.push(state());
        }
        expect(states).toEqual(["half-open", "half-open", "closed"]);
        expect(pass()).toHaveLength(100);
      },
    );
  });

  heading("### Exponential Backoff", ({ promise }) => {
    promise(["Failed connections back off exponentially:", "Max delay: 5 minutes"], async () => {
      await using stage = new Stage();
      expect((await dialPauses(stage, 1_500_000)).slice(0, 10)).toEqual([2, 4, 8, 16, 60, 64, 128, 256, 300, 300]);
    });
    promise(["Base delay: 1 second", "Formula: `delay = min(base * 2^failures, max)`"], async () => {
      await using stage = new Stage();
      const { one, other } = await pair(stage);
      const guard = one.get(ports.guard);
      const [base, max] = [1_000, 300_000];
      const delays: number[] = [];
      for (let failures = 1; failures < 5; failures += 1) {
        guard.record({ kind: "refused", way: way(other.id), permit: admitted(one, other.id) });
        const delay = (guard.peek?.(way(other.id))?.retryAt ?? 0) - stage.clock.now();
        expect(delay).toBe(Math.min(base * 2 ** failures, max));
        delays.push(delay);
        await stage.clock.advance(delay);
      }
      expect(delays).toEqual([2_000, 4_000, 8_000, 16_000]);
      expect([0, 8, 9, 50].map((failures) => backoffMs(failures, base, max))).toEqual([1_000, 256_000, max, max]);
    });
  });

  heading("### Adaptive Routing", ({ promise }) => {
    promise(
      [
        "The orchestrator learns which transport works best:",
        "Tracks reliability scores (0-1) per transport",
        "Routes through most reliable transport first",
        "Adjusts scores based on success/failure rates",
        "Falls back to next-best transport on failure",
      ],
      async () => {
        await using stage = new Stage("adaptive");
        const { one, send, got } = await threeRoads(stage);
        const scores = () =>
          Object.fromEntries([...one.getTransportStatus().health].map(([id, { reliability }]) => [id, reliability]));
        expect(scores()).toEqual({ integrated: 1, gun: 0.8, peerjs: 0.6 });
        expect(await send("first")).toBe("integrated");
        const fail = (transport: string) => stage.network.inject({ transport }, { blackhole: true, dial: "refuse" });
        const heal = fail("integrated");
        expect(await send("integrated is silent")).toBe("gun");
        await stage.eventually(() => (scores()["integrated"] ?? 1) < 1, "its silence is counted");
        const afterOne = scores();
        const healGun = fail("gun");
        expect(await send("Gun too")).toBe("peerjs");
        await stage.eventually(() => (scores()["gun"] ?? 1) < (afterOne["gun"] ?? 0), "and Gun's");
        expect(scores()["peerjs"]).toBeGreaterThan(0.6);
        for (const score of Object.values(scores())) expect(score >= 0 && score <= 1).toBe(true);
        heal();
        healGun();
        await stage.clock.advance(120_000);
        const low = scores()["integrated"] ?? 1;
        for (let letter = 0; letter < 60; letter += 1) {
          await send(`back ${letter}`);
          await stage.clock.advance(1_000);
        }
        expect(scores()["integrated"]).toBeGreaterThan(low);
        expect(new Set(got).size).toBe(got.length);
      },
    );
  });
}

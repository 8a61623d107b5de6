import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, type CascadeState, type CascadeView, dueAt, firstState, inOrder } from "../src/discovery-cascade.ts";
import { peerOf, RoomStage, sightingOf, ToldSource } from "./room-stage.ts";

const rules = { enough: 3, budgetMs: 500, restartMs: 1_000, jitter: 0.5 };

describe("the cascade's states", () => {
  const step = fc.record({
    afterMs: fc.nat(2_000),
    chance: fc.double({ min: 0, max: 1, noNaN: true }),
    connected: fc.nat(5),
    isSeeking: fc.boolean(),
    isSpent: fc.boolean(),
  });

  it("hold what they promise, whatever happens", () => {
    fc.assert(
      fc.property(fc.nat(6), fc.array(step, { maxLength: 60 }), (sources, steps) => {
        let now = 0;
        let state: CascadeState = firstState(now);
        for (const { afterMs, ...each } of steps) {
          now += afterMs;
          const view: CascadeView = { now, sources, ...each };
          const before = state;
          state = advance(before, view, rules);
          const isEnough = view.connected >= rules.enough && !view.isSeeking;
          expect(state.kind === "resting").toBe(isEnough);
          if (state.kind === "looking") {
            expect(state.asked).toBeLessThanOrEqual(sources);
            const asked = before.kind === "looking" ? before.asked : 0;
            expect(state.asked === asked || state.asked === asked + 1).toBe(true);
            if (before.kind === "looking" && state.asked > asked)
              expect(now >= before.nextAt || view.isSpent).toBe(true);
            if (state !== before) expect(state.nextAt - now).toBeGreaterThanOrEqual(250);
            if (state !== before) expect(state.nextAt - now).toBeLessThanOrEqual(750);
          }
          if (before.kind === "resting" && state.kind === "waiting" && !view.isSeeking) {
            expect(state.until - now).toBeGreaterThanOrEqual(500);
            expect(state.until - now).toBeLessThanOrEqual(1_500);
          }
          const due = dueAt(state, sources);
          expect(due === undefined).toBe(isEnough || (state.kind === "looking" && state.asked >= sources));
        }
      }),
    );
  });

  it("reach every source when nobody is found, each at its due time", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.double({ min: 0, max: 1, noNaN: true }), (sources, chance) => {
        let state = firstState(0);
        let now = 0;
        for (let due = dueAt(state, sources); due !== undefined; due = dueAt(state, sources)) {
          now = Math.max(now, due);
          state = advance(state, { now, chance, sources, connected: 0, isSeeking: false, isSpent: false }, rules);
        }
        expect(state).toMatchObject({ kind: "looking", asked: sources });
        expect(now).toBeLessThanOrEqual(sources * 750);
      }),
    );
  });

  it("take sources in the order of the options, those not named last and as they came", () => {
    const ids = ["third", "peerjs", "gun", "other", "bootstrap"].map((id) => ({ id }));
    expect(inOrder(ids, ["bootstrap", "webtorrent", "gun", "peerjs"]).map(({ id }) => id)).toEqual([
      "bootstrap",
      "gun",
      "peerjs",
      "third",
      "other",
    ]);
  });
});

describe("a node", () => {
  const sources = (clock: RoomStage["clock"]) =>
    ["lan", "peerjs", "gun"].map((id, at) => new ToldSource(id, clock, [sightingOf(at)]));

  it("asks one source after the other, rests at enough, and goes on when peers fall", async () => {
    let told: ToldSource[] = [];
    const stage = await new RoomStage({
      options: { enough: 2, order: ["gun", "peerjs"] },
      sources: (clock) => {
        told = sources(clock);
        return told;
      },
    }).start();
    const [lan, peerjs, gun] = told;
    await stage.clock.advance(1);
    expect([gun, peerjs, lan].map((each) => each?.asked.length)).toEqual([1, 0, 0]);
    await stage.clock.advance(750);
    expect([gun, peerjs].map((each) => each?.asked.length)).toEqual([1, 1]);
    stage.connect(peerOf(2));
    stage.connect(peerOf(1));
    expect(stage.source("gun")).toMatchObject({ state: "resting", why: expect.stringContaining("enough"), found: 1 });
    await stage.clock.advance(60_000);
    expect(lan?.asked).toEqual([]);
    stage.disconnect(peerOf(1));
    const resumesAt = stage.room.discovery.status().sources[0]?.resumesAt ?? 0;
    expect(resumesAt - stage.clock.now()).toBeGreaterThanOrEqual(500);
    await stage.clock.advance(499);
    expect(gun?.asked).toHaveLength(1);
    await stage.clock.advance(1_001);
    expect(gun?.asked).toHaveLength(2);
    await stage.stop();
    expect(stage.clock.pending).toBe(0);
  });

  it("that has enough looks all the same for a peer that letters wait for, and stops when it is there", async () => {
    let told: ToldSource[] = [];
    const stage = await new RoomStage({
      options: { enough: 1 },
      sources: (clock) => {
        told = sources(clock);
        return told;
      },
    }).start();
    const gun = told[2];
    await stage.clock.advance(1);
    stage.connect(peerOf(2));
    expect(stage.source("gun")?.state).toBe("resting");
    stage.room.discovery.seek?.(peerOf(77));
    await stage.clock.advance(1);
    expect(gun?.asked).toHaveLength(2);
    stage.connect(peerOf(77));
    expect(stage.source("gun")?.state).toBe("resting");
    stage.room.discovery.seek?.(peerOf(78));
    await stage.clock.advance(29_000);
    expect(stage.source("gun")?.state).toBe("asked");
    await stage.clock.advance(1_001);
    expect(stage.source("gun")?.state).toBe("resting");
    await stage.stop();
  });

  it.each([
    [true, "asked"],
    [false, "resting"],
  ])("is not told to rest by strangers that dial it (own choice: %s)", async (ownChoice, state) => {
    const stage = await new RoomStage({ options: { enough: 2 }, off: { ownChoice }, sources }).start();
    await stage.clock.advance(5_000);
    for (let n = 100; n < 120; n++) stage.connect(peerOf(n), true);
    expect(stage.source("gun")?.state).toBe(state);
    await stage.stop();
  });
});

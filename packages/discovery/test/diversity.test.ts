import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publicRange } from "../src/address-range.ts";
import { scoreOf, wilsonLower } from "../src/peer-score.ts";
import { Seats } from "../src/seats.ts";
import { peerOf, RoomStage, sightingOf, ToldSource } from "./room-stage.ts";

describe("the score", () => {
  it("is that of the published interval", () => {
    // Brown, Cai, DasGupta 2001 give the interval; the figures by hand.
    expect(wilsonLower(1, 1)).toBeCloseTo(0.2065, 4);
    expect(wilsonLower(99, 100)).toBeCloseTo(0.9455, 4);
    expect(wilsonLower(0, 0)).toBe(0);
    expect(wilsonLower(0, 10)).toBe(0);
  });

  it("lies between 0 and 1, rises with successes and falls with failures and with age", () => {
    const count = fc.nat(10_000);
    fc.assert(
      fc.property(count, count, fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), (good, bad, ageMs, halfLifeMs) => {
        const at = (g: number, b: number, age: number) => scoreOf({ good: g, bad: b, at: 0 }, age, halfLifeMs);
        const score = at(good, bad, ageMs);
        expect(score >= 0 && score <= 1).toBe(true);
        expect(at(good + 1, bad, ageMs)).toBeGreaterThanOrEqual(score - 1e-12);
        expect(at(good, bad + 1, ageMs)).toBeLessThanOrEqual(score + 1e-12);
        expect(at(good, bad, ageMs + halfLifeMs)).toBeLessThanOrEqual(score + 1e-12);
      }),
    );
  });
});

describe("seats", () => {
  it("are never more than the rules allow, whoever comes in what order", () => {
    const guest = fc.record({
      key: fc.string({ minLength: 1, maxLength: 3 }),
      sources: fc.uniqueArray(fc.constantFrom("a", "b", "c", "__proto__"), { maxLength: 3 }),
      range: fc.option(fc.constantFrom("1.2.0.0/16", "3.4.0.0/16"), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(guest, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (guests, count) => {
        const distinct = [...new Map(guests.map((each) => [each.key, each])).values()];
        const perSource = Math.max(1, count >> 1);
        const seats = new Seats({ seats: count, perSource });
        const seated = distinct.filter((each) => seats.offer(each, 2));
        expect(seated.length).toBe(seats.taken.size);
        expect(seated.length).toBeLessThanOrEqual(count);
        for (const id of ["a", "b", "c", "__proto__"]) {
          const own = seated.filter(({ sources }) => sources.length === 1 && sources[0] === id);
          expect(own.length).toBeLessThanOrEqual(perSource);
        }
        for (const range of ["1.2.0.0/16", "3.4.0.0/16"])
          expect(seated.filter((each) => each.range === range).length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

it.each([
  ["20.1.2.3", "20.1.0.0/16"],
  ["20.1.2.3:4000", "20.1.0.0/16"],
  ["wss://20.1.2.3:8080/gun", "20.1.0.0/16"],
  ["[2001:db8:7::1]:4000", "2001:db8:7::/48"],
  ["ws://[2001:db8:7:8::1]/", "2001:db8:7::/48"],
  ["127.0.0.1:4000", undefined],
  ["192.168.1.1", undefined],
  ["[fd00::1]:1", undefined],
  ["peer-c99d22420d76-mhjpqwnr-9n02yin", undefined],
  ["ws://relay.example/gun", undefined],
])("the public range of %s is %s", (value, range) => expect(publicRange({ value })).toBe(range));

describe("slots", () => {
  it.each([true, false])("are shared between sources and ranges (diversity: %s)", async (diversity) => {
    const crowd = Array.from({ length: 40 }, (_, n) => sightingOf(n, `66.66.${n}.1`));
    const others = Array.from({ length: 40 }, (_, n) => sightingOf(1_000 + n));
    const stage = await new RoomStage({
      options: { slots: 20 },
      off: { diversity },
      sources: (clock) => [new ToldSource("a", clock, crowd), new ToldSource("b", clock, others)],
    }).start();
    await stage.clock.advance(2_000);
    const wanted = stage.wanted();
    const ofCrowd = wanted.filter((peer) => crowd.some((each) => each.peer === peer)).length;
    if (diversity) expect([ofCrowd, wanted.length]).toEqual([2, 12]);
    else expect(ofCrowd).toBe(20);
    await stage.stop();
  });

  it.each([true, false])(
    "are kept while their dials last, whoever else is told of (steadiness: %s)",
    async (steadiness) => {
      const crowd = Array.from({ length: 30 }, (_, n) => sightingOf(n));
      const stage = await new RoomStage({
        options: { slots: 4, sourceShare: 1, enough: 4, anchors: 0 },
        off: { steadiness, chance: false },
        sources: (clock) => [new ToldSource("a", clock, crowd, 100)],
      }).start();
      const dialled = new Set<string | undefined>();
      for (let n = 0; n < 31; n++) {
        await stage.clock.advance(100);
        for (const each of stage.wanted()) dialled.add(each);
      }
      expect(dialled.size).toBe(steadiness ? 4 : 30);
      // One whose dial fails makes room.
      stage.fail(stage.wanted()[0] ?? "");
      for (const each of stage.wanted()) dialled.add(each);
      if (steadiness) expect(dialled.size).toBe(5);
      await stage.stop();
    },
  );

  it.each([true, false])(
    "go to other strangers at each node that hears of the same crowd (chance: %s)",
    async (chance) => {
      const crowd = Array.from({ length: 20 }, (_, n) => sightingOf(n));
      const chosen = new Set<string | undefined>();
      for (let n = 0; n < 20; n++) {
        const stage = await new RoomStage({
          options: { slots: 1, enough: 1, anchors: 0 },
          off: { chance },
          seed: `${n}`,
          sources: (clock) => [new ToldSource("a", clock, crowd, 1)],
        }).start();
        const first = stage.nextWanted();
        await stage.clock.advance(30);
        chosen.add(await first);
        await stage.stop();
      }
      if (chance) expect(chosen.size).toBeGreaterThan(5);
      else expect(chosen.size).toBe(1);
    },
  );

  it("go to the next when a dial fails, and an address without a name is dialled until its name is known", async () => {
    const bare = { transport: "direct", value: "20.1.1.1:1" };
    const stage = await new RoomStage({
      options: { slots: 2, sourceShare: 1, enough: 2, anchors: 0 },
      off: { chance: false },
      sources: (clock) => [new ToldSource("a", clock, [{ addresses: [bare] }, sightingOf(1), sightingOf(2)])],
    }).start();
    await stage.clock.advance(1);
    // Peer 1 is of the same range as the address.
    expect(stage.wanted()).toEqual([bare.value, peerOf(2)]);
    stage.events.emit("peer:identify", { peer: peerOf(3), address: bare });
    stage.connect(peerOf(3));
    expect(stage.wanted()).toContain(peerOf(3));
    expect(stage.wanted()).not.toContain(bare.value);
    const [first] = stage.wanted().filter((each) => each !== peerOf(3));
    stage.fail(first ?? "");
    expect(stage.wanted()).not.toContain(first);
    await stage.stop();
  });
});

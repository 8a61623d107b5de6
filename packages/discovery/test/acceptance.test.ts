import { memoryStore, type Store } from "@swarm-space/core";
import { seedBootstrap } from "@swarm-space/discovery";
import { VirtualClock } from "@swarm-space/testkit";
import { describe, expect, it } from "vitest";
import { peerOf, RoomStage, type StageOptions, sightingOf, ToldSource } from "./room-stage.ts";

const minute = 60_000;
/** As the defaults have it, ten minutes and seven days, at a six-hundredth. */
const creditMs = 1_000;
const halfLifeMs = 1_008_000;
const honest = 5_000;
const strangers = Array.from({ length: 100 }, (_, n) => n);

describe("21. an empty peer store", () => {
  it("both documented addresses are tried first; then the cascade goes on, in order, until enough are connected", async () => {
    const log: string[] = [];
    const ids = ["peerjs", "gun", "webtorrent"];
    const stage = await new RoomStage({
      options: { bootstrap: [...seedBootstrap], enough: 2 },
      transports: ["peerjs", "direct"],
      sources: (clock) => ids.map((id, at) => new ToldSource(id, clock, [sightingOf(at)])),
    }).start();
    const { dialer, discovery: room } = stage.room;
    const undo = dialer.onChange(() =>
      log.push(
        ...stage
          .wanted()
          .filter((each) => !log.includes(each ?? ""))
          .map(String),
      ),
    );
    log.push(...stage.wanted().map(String));
    await stage.clock.advance(50);
    expect([...log].sort()).toEqual([...seedBootstrap].sort());
    const asked = () =>
      room
        .status()
        .sources.filter(({ state }) => state === "asked")
        .map(({ id }) => id);
    expect(asked()).toEqual([]);
    // Nobody answers there.
    for (const value of seedBootstrap) stage.fail(`peerjs:${value}`, "PEER_ABSENT");
    await stage.clock.advance(1);
    expect(asked()).toEqual(["webtorrent"]);
    await stage.clock.advance(750);
    expect(asked()).toEqual(["webtorrent", "gun"]);
    stage.connect(peerOf(2));
    stage.connect(peerOf(1));
    await stage.clock.advance(minute);
    expect(room.status()).toMatchObject({ connected: 2, enough: 2 });
    expect(room.status().sources.map(({ id, state, found }) => [id, state, found])).toEqual([
      ["bootstrap", "resting", 2],
      ["webtorrent", "resting", 1],
      ["gun", "resting", 1],
      ["peerjs", "resting", 0],
    ]);
    undo();
    await stage.stop();
  });
});

/** An honest peer that was reached 99 times of 100, a day's worth of credit apart. */
async function withFriend(o: StageOptions = {}) {
  const stage = await new RoomStage({
    sources: (clock) => [
      new ToldSource("a", clock, [sightingOf(honest)]),
      new ToldSource(
        "b",
        clock,
        strangers.map((n) => sightingOf(n)),
      ),
    ],
    ...o,
    options: { enough: 32, creditMs, halfLifeMs, ...o.options },
  }).start();
  await stage.clock.advance(5_000);
  stage.connect(peerOf(9_999));
  for (let n = 0; n < 99; n++) {
    stage.connect(peerOf(honest));
    stage.disconnect(peerOf(honest));
    await stage.clock.advance(creditMs);
  }
  stage.fail(peerOf(honest));
  return stage;
}

const scoreOf = ({ room, clock }: RoomStage, n: number) => {
  const candidate = room.book.get(peerOf(n));
  return candidate === undefined ? undefined : room.book.score(candidate, clock.now());
};

describe("22. the book of peers", () => {
  it.each([true, false])("a 1-of-1 stranger does not rank above 99 of 100 (confidence: %s)", async (confidence) => {
    const stage = await withFriend({ off: { confidence } });
    stage.connect(peerOf(99));
    stage.disconnect(peerOf(99));
    const [friend = 0, stranger = 1] = [scoreOf(stage, honest), scoreOf(stage, 99)];
    expect(friend > stranger).toBe(confidence);
    if (confidence) expect(stage.wanted()[0]).toBe(peerOf(honest));
    await stage.stop();
  });

  it("a hundred strangers, reached once each, do not push it out of the book or of its slot", async () => {
    const stage = await withFriend({ options: { knownPeers: 20, candidatesPerSource: 50 } });
    for (let round = 0; round < 3; round++) {
      for (const n of strangers) {
        stage.connect(peerOf(n));
        await stage.clock.advance(100);
      }
    }
    expect(stage.room.book.known.length).toBeLessThanOrEqual(20);
    expect(stage.wanted()[0]).toBe(peerOf(honest));
    await stage.stop();
  });

  it.each([true, false])("who comes and goes earns no name by it (credit pace: %s)", async (creditPace) => {
    const stage = await withFriend({ off: { creditPace } });
    for (let n = 0; n < 100; n++) {
      stage.connect(peerOf(99));
      stage.disconnect(peerOf(99));
    }
    expect((scoreOf(stage, 99) ?? 0) < 0.5).toBe(creditPace);
    await stage.stop();
  });

  it.each([true, false])("scores fade with age (fading: %s)", async (fading) => {
    const stage = await withFriend({ off: { fading } });
    const before = scoreOf(stage, honest) ?? 0;
    await stage.clock.advance(4 * halfLifeMs);
    const after = scoreOf(stage, honest) ?? 1;
    if (fading) expect(after).toBeLessThan(0.7 * before);
    else expect(after).toBe(before);
    await stage.stop();
  });

  it("all of it outlives the process, and goes on fading meanwhile", async () => {
    const store: Store = Object.assign(memoryStore(), { durable: true });
    const first = await withFriend({ store });
    const before = scoreOf(first, honest) ?? 0;
    await first.stop();
    const second = await new RoomStage({ store, clock: first.clock, options: { creditMs, halfLifeMs } }).start();
    expect(scoreOf(second, honest)).toBeCloseTo(before, 3);
    expect(second.wanted()[0]).toBe(peerOf(honest));
    expect(second.taken.map(({ peer }) => peer)).toContain(peerOf(honest));
    await second.stop();
    const away = new VirtualClock({
      wallMs: first.clock.wall() + 3 * halfLifeMs,
    });
    const third = await new RoomStage({ store, clock: away, options: { creditMs, halfLifeMs } }).start();
    expect(scoreOf(third, honest) ?? 1).toBeLessThan(before - 0.05);
    await third.stop();
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { Pursuit } from "../../src/connecting/pursuit.ts";
import { raceDelayMs } from "../../src/connecting/race-delay.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { settle } from "../hand-clock.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";

const road = (direct: boolean, latencyClassMs: number) => ({ direct, latencyClassMs, maxFrameBytes: 65_536 });
const local = { capabilities: road(true, 1) };
const direct = { capabilities: road(true, 50) };
const relay = { capabilities: road(false, 200) };
const unknown = {};
const nobody = () => false;

describe("how long a dial is given before the next", () => {
  test.each([
    ["local, then anything", local, relay, 30],
    ["direct, then direct", direct, direct, 250],
    ["unknown, then unknown", unknown, unknown, 250],
    ["direct, then a relay", direct, relay, 500],
    ["a relay, then direct", relay, direct, 500],
    ["direct, 40 ms away as it was measured", { ...direct, rttMs: 40 }, direct, 160],
    ["a relay, 2 ms away as it was measured", { ...relay, rttMs: 2 }, direct, 100],
    ["direct, 900 ms away as it was measured", { ...direct, rttMs: 900 }, direct, 250],
  ])("%s", (_, ahead, next, ms) => expect(raceDelayMs(ahead, next)).toBe(ms));

  test("is 30 to 500 ms, and what was measured never makes it longer", () => {
    const runner = fc.record({
      capabilities: fc.option(
        fc.record({ direct: fc.boolean(), latencyClassMs: fc.nat(5_000), maxFrameBytes: fc.constant(65_536) }),
        { nil: undefined },
      ),
      rttMs: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(runner, runner, (ahead, next) => {
        const ms = raceDelayMs(ahead, next);
        const unmeasured = raceDelayMs({ ...ahead, rttMs: undefined }, next);
        return ms >= 30 && ms <= unmeasured && unmeasured <= 500;
      }),
    );
  });
});

/** Two nodes with four ways, of which the first answers no dial and the second no handshake. */
async function twoBlackHoles(bench: Bench, o: Parameters<Bench["node"]>[2] = {}) {
  const works = ["first", "second", "third", "fourth"].map((id) => new PipeWorks(id));
  const [first, second] = works;
  if (first === undefined || second === undefined) throw new Error("four ways were made");
  first.tricks.dial = "hang";
  second.tricks.swallow = () => true;
  const a = await bench.node(
    1,
    works.map((each) => each.plugin(nobody)),
    o,
  );
  const b = await bench.node(
    2,
    works.map((each) => each.plugin(nobody)),
  );
  await bench.outcome(Promise.all([a.start(), b.start()]));
  const addresses = works.flatMap((each) => each.addressesOf(b.id));
  a.get(roomPorts.addresses).note({ peer: b.id, addresses, source: "test" });
  return { works, first, second, a, b };
}

const linksOf = (from: Swarm, to: Swarm) =>
  from
    .get(roomPorts.book)
    .links(to.id)
    .map(({ way }) => way.transport);

describe("a transport with a direct road and the relay that signals it", () => {
  /** Both roads to one peer; the direct one stands when it is let. */
  async function twoRoads(bench: Bench, rendezvous = ["relay-1"]) {
    const ready = Promise.withResolvers<void>();
    const works = new PipeWorks("both", rendezvous);
    works.roads = new Map([
      ["direct", { declares: road(true, 50), ready: ready.promise }],
      ["relay", { declares: road(false, 200) }],
    ]);
    const a = await bench.node(1, [works.plugin(nobody)]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    a.get(roomPorts.addresses).note({ peer: b.id, addresses: works.addressesOf(b.id), source: "test" });
    return { works, a, b, stand: () => ready.resolve() };
  }
  const roadsOf = (from: Swarm, to: Swarm) =>
    from
      .get(roomPorts.book)
      .links(to.id)
      .map(({ way }) => way.road);

  test("both are dialled at once; the relay carries until the direct road stands beside it", async () => {
    await using bench = new Bench();
    const { works, a, b, stand } = await twoRoads(bench);
    const { ms } = await bench.outcome(a.connect(b.id));
    expect(ms).toBeLessThanOrEqual(100);
    const [begun = 0] = works.dials.map(({ at }) => at);
    expect(works.dials.map(({ at }) => at - begun)).toEqual([0, 0]);
    expect(roadsOf(a, b)).toEqual(["relay"]);
    stand();
    await bench.until(() => roadsOf(a, b).length === 2, "the direct road");
    expect(roadsOf(a, b)).toEqual(["relay", "direct"]);
    expect(works.dials).toHaveLength(2);
  });

  test("another relay's road is no part of it: it is let wait, and ends the dials that lost", async () => {
    const one = { ...direct, transport: "both", rendezvous: "relay-1" };
    expect(raceDelayMs(one, { ...relay, transport: "both", rendezvous: "relay-1" })).toBe(0);
    expect(raceDelayMs(one, { ...relay, transport: "both", rendezvous: "relay-2" })).toBe(500);
    expect(raceDelayMs(one, { ...relay, transport: "other", rendezvous: "relay-1" })).toBe(500);
    expect(raceDelayMs(direct, relay)).toBe(500);
    const pursuit = new Pursuit("peer", { peer: "peer", addresses: [] });
    const way = { peer: "peer", transport: "both", road: "direct", connected: false, capabilities: road(true, 50) };
    const dials = ["relay-1", "relay-2"].map((rendezvous) => ({
      way: { ...way, rendezvous },
      cancel: new AbortController(),
    }));
    for (const { way, cancel } of dials) pursuit.begin(way, cancel, 0);
    const won = { ...way, road: "relay", rendezvous: "relay-1", capabilities: road(false, 200) };
    pursuit.wonBy(won, new Error("quicker"));
    expect(dials.map(({ cancel }) => cancel.signal.aborted)).toEqual([false, true]);
  });
});

describe("the race", () => {
  test("with two black holes before it the third way carries after 500 ms; both losers are called off, nothing stays half-open", async () => {
    await using bench = new Bench();
    const { works, first, second, a, b } = await twoBlackHoles(bench);
    const { ms } = await bench.outcome(a.connect(b.id));
    expect(ms).toBeLessThanOrEqual(525);
    const [begun = 0] = works[0]?.dials.map(({ at }) => at) ?? [];
    expect(works.map(({ dials }) => dials.map(({ at }) => at - begun))).toEqual([[0], [250], [500], []]);
    await settle();
    expect(linksOf(a, b)).toEqual(["third"]);
    expect(a.get(roomPorts.connector).pursuitOf(b.id)?.dials.size).toBe(0);
    expect(first.hanging).toBe(0);
    expect([...second.ends].filter((end) => end.remote === b.id)).toEqual([]);
  });

  test("the standby is looked for where nobody was silent in the race", async () => {
    await using bench = new Bench();
    const { works, a, b } = await twoBlackHoles(bench);
    await bench.outcome(a.connect(b.id));
    await bench.clock.advance(3_000);
    expect(linksOf(a, b)).toEqual(["third", "fourth"]);
    expect(works.map(({ dials }) => dials.length)).toEqual([1, 1, 1, 1]);
  });

  test("ablation: without racing it takes as long as the black holes are waited for", async () => {
    await using bench = new Bench();
    const replace = [replaceRoom(roomPorts.raceRule, () => () => Number.POSITIVE_INFINITY)];
    const { works, a, b } = await twoBlackHoles(bench, { replace });
    let connected = false;
    a.connect(b.id).then(
      () => {
        connected = true;
      },
      () => undefined,
    );
    // A dial is given 10 s, a handshake 5 s.
    await bench.clock.advance(14_900);
    expect(connected).toBe(false);
    expect(works.map(({ dials }) => dials.length)).toEqual([1, 1, 0, 0]);
  });

  test("a way that fails does not hold up the next", async () => {
    await using bench = new Bench();
    const { works, second, a, b } = await twoBlackHoles(bench);
    second.tricks.dial = "refuse";
    await bench.outcome(a.connect(b.id));
    const [begun = 0] = works[0]?.dials.map(({ at }) => at) ?? [];
    expect(works.map(({ dials }) => dials.map(({ at }) => at - begun))).toEqual([[0], [250], [250], []]);
  });

  test("who asks again and again does not hurry the race", async () => {
    await using bench = new Bench();
    const { works, a, b } = await twoBlackHoles(bench);
    const connecting = bench.outcome(a.connect(b.id));
    for (let i = 0; i < 9; i++) {
      a.get(roomPorts.connector).wantWay(b.id);
      await bench.clock.advance(25);
    }
    expect(works.map(({ dials }) => dials.length)).toEqual([1, 0, 0, 0]);
    await connecting;
  });

  test("a direct road is told before it stands, and a relay lets it try first", async () => {
    await using bench = new Bench();
    const { works, a, b } = await twoBlackHoles(bench);
    const [first, second, third] = works;
    if (first === undefined || second === undefined || third === undefined) throw new Error("four ways were made");
    first.declares = road(false, 200);
    second.declares = road(true, 1);
    third.declares = road(true, 50);
    await bench.outcome(a.connect(b.id));
    const begun = Math.min(...works.flatMap(({ dials }) => dials.map(({ at }) => at)));
    // The local one is best and is given 30 ms; then the direct one carries.
    expect(works.map(({ dials }) => dials.map(({ at }) => at - begun))).toEqual([[], [0], [30], []]);
  });
});

test("a way's round trip is remembered from link to link, and shortens the wait for it; who began last is waited for", () => {
  const pursuit = new Pursuit("peer", { peer: "peer", addresses: [] });
  const way = (transport: string) => ({ peer: "peer", transport, road: "direct", connected: false });
  const [near, far] = [way("near"), way("far")];
  pursuit.noteTrip({ ...near, connected: true }, 30);
  pursuit.noteTrip(far, undefined);
  expect(pursuit.startsAt(far, raceDelayMs)).toBe(0);
  pursuit.begin(near, new AbortController(), 1_000);
  expect(pursuit.startsAt(far, raceDelayMs)).toBe(1_120);
  pursuit.begin(far, new AbortController(), 1_120);
  pursuit.end(near);
  expect(pursuit.startsAt(near, raceDelayMs)).toBe(1_370);
  pursuit.end(far);
  expect(pursuit.startsAt(near, raceDelayMs)).toBe(0);
});

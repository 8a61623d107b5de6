import { describe, expect, test } from "vitest";
import * as z from "zod";
import { replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { SleepWatch } from "../../src/connecting/sleep-watch.ts";
import { ports } from "../../src/ports/ports.ts";
import type { Outcome } from "../../src/ports/routing.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import type { NetworkSignal } from "../../src/system/network-signal.ts";
import { HandClock, settle } from "../hand-clock.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";
import { SleepyClock } from "../support/sleepy-clock.ts";

const kinds = [
  ["monotonic time goes on", false],
  ["monotonic time stands still", true],
] as const;
const blame = ["refused", "silent", "lost", "unavailable"];
const channel = { name: "test", schema: z.unknown() };

/** An environment that tells of its network. */
class HandNetwork implements NetworkSignal {
  readonly #listeners = new Set<(isThere: boolean) => void>();

  get heard(): number {
    return this.#listeners.size;
  }
  onChange(listener: (isThere: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  tell(isThere: boolean): void {
    for (const each of this.#listeners) each(isThere);
  }
}

/** A watch on a clock of its own, whose wall time can be set. */
function watched() {
  const base = new HandClock();
  let step = 0;
  const clock = { now: () => base.now(), wall: () => base.wall() + step, timer: base.timer.bind(base) };
  const events = new EventEmitter();
  const told: number[] = [];
  events.on("swarm:wake", ({ awayMs }) => told.push(awayMs));
  const stepWall = (ms: number): void => {
    step += ms;
  };
  const network = new HandNetwork();
  const watch = new SleepWatch({ clock, events, network });
  watch.open();
  /** A failure now, of what began now or so long ago. */
  const excuses = (agoMs = 0) => watch.excuse(base.now() - agoMs) === "cancelled";
  return { base, watch, told, stepWall, network, excuses };
}

describe("noticing", () => {
  test("a node that is awake is told nothing, through a stall of a second and a wall clock set back", async () => {
    const { base, excuses, told, stepWall } = watched();
    await base.advance(60_000);
    stepWall(-3_600_000);
    await base.advance(5_000);
    stepWall(1_500);
    expect(excuses(10_000)).toBe(false);
    await base.advance(60_000);
    expect(told).toEqual([]);
  });

  test("wall time that jumps is a sleep: told once, and forgiven for at most five seconds", async () => {
    const { base, excuses, told, stepWall } = watched();
    await base.advance(10_500);
    stepWall(28_800_000);
    // Before anybody was told.
    expect(excuses()).toBe(true);
    await base.advance(500);
    expect(told).toEqual([28_800_000]);
    await base.advance(4_999);
    expect(excuses(5_000)).toBe(true);
    await base.advance(1);
    expect(excuses(10_000)).toBe(false);
    await base.advance(60_000);
    expect(told).toHaveLength(1);
  });

  test("a short sleep forgives for as long as it was", async () => {
    const { base, excuses, stepWall } = watched();
    stepWall(2_500);
    await base.advance(500);
    await base.advance(2_499);
    expect(excuses(3_000)).toBe(true);
    await base.advance(1);
    expect(excuses(3_000)).toBe(false);
  });

  test("what began after waking is judged as ever", async () => {
    const { base, excuses, stepWall } = watched();
    stepWall(60_000);
    await base.advance(500);
    await base.advance(1_000);
    expect([excuses(1_000), excuses(999)]).toEqual([true, false]);
  });

  test("a node that stalls all the time is excused twice, and then once in 20 s", async () => {
    const { base, excuses, told } = watched();
    let excused = 0;
    for (let times = 0; times < 60; times += 1) {
      // A server that stands still for 3 s in each 10: what began before fails behind the stall.
      base.stall(3_500);
      await base.advance(0);
      if (excuses(3_500)) excused += 1;
      await base.advance(6_500);
    }
    expect(told).toHaveLength(excused);
    expect(excused).toBeGreaterThanOrEqual(30);
    expect(excused).toBeLessThanOrEqual(2 + 600 / 20);
  });

  test("a page whose timers run once a minute has an excuse for each", async () => {
    const { base, excuses, told } = watched();
    for (let times = 1; times <= 10; times += 1) {
      base.stall(60_000);
      expect(excuses()).toBe(true);
      await base.advance(0);
      expect([told.length, excuses(60_000)]).toEqual([times, true]);
    }
  });

  test("without network, what stood before is excused until 5 s behind its return, and nothing that began since", async () => {
    const { base, watch, excuses, told, network } = watched();
    await base.advance(1_000);
    network.tell(false);
    network.tell(false);
    await base.advance(60_000);
    expect([excuses(60_000), excuses(59_999), told.length]).toEqual([true, false, 0]);
    expect(watch.excuse(base.now())).toBe("absent");
    network.tell(true);
    expect(watch.excuse(base.now() + 1)).toBeUndefined();
    expect(told).toEqual([60_000]);
    await base.advance(4_999);
    expect([excuses(4_999), excuses(4_998)]).toEqual([true, false]);
    await base.advance(1);
    expect(excuses(60_000)).toBe(false);
  });

  test("a network that flaps is told twice, and then once in 20 s", async () => {
    const { base, told, network } = watched();
    for (let times = 0; times < 60; times += 1) {
      network.tell(times % 2 === 1);
      await base.advance(1_000);
    }
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(2 + 60 / 20);
  });

  test("a network that flapped until no excuse was left, and stays, is told of once there is one again", async () => {
    const { base, told, network } = watched();
    // Gone eleven times, and back as often: more than there are excuses for.
    for (let times = 0; times < 21; times += 1) {
      network.tell(times % 2 === 1);
      await base.advance(300);
    }
    network.tell(true);
    const before = told.length;
    expect(before).toBeLessThan(11);
    await base.advance(20_000);
    expect(told).toHaveLength(before + 1);
    // What was not told is told with it, and once.
    expect(told.at(-1)).toBeGreaterThan(300);
    await base.advance(60_000);
    expect(told).toHaveLength(before + 1);
  });

  test("a network that is away again when an excuse is due is not told of as back", async () => {
    const { base, told, network } = watched();
    for (let times = 0; times < 22; times += 1) {
      network.tell(times % 2 === 1);
      await base.advance(300);
    }
    const before = told.length;
    network.tell(false);
    await base.advance(30_000);
    expect(told).toHaveLength(before);
    network.tell(true);
    expect(told).toHaveLength(before + 1);
  });

  test("closed, it leaves no timer and forgives nothing", async () => {
    const { base, watch, stepWall, network, excuses } = watched();
    watch.open();
    expect([base.pending, network.heard]).toEqual([1, 1]);
    watch.close();
    watch.close();
    stepWall(60_000);
    expect([excuses(), base.pending, network.heard]).toEqual([false, 0, 0]);
  });
});

/** An environment that tells when it is asked alone. */
class AskedNetwork extends HandNetwork {
  isChanged = false;

  look(): void {
    if (this.isChanged) this.tell(true);
    this.isChanged = false;
  }
}

test.each([
  ["asked", [0]],
  ["not asked", []],
])(
  "a network that tells when it is asked alone, and is %s: a return within half a second, or none",
  async (how, wakes) => {
    const clock = new HandClock();
    const events = new EventEmitter();
    const told: number[] = [];
    events.on("swarm:wake", ({ awayMs }) => told.push(awayMs));
    const network = new AskedNetwork();
    if (how === "not asked") Object.assign(network, { look: undefined });
    const watch = new SleepWatch({ clock, events, network });
    watch.open();
    network.isChanged = true;
    await clock.advance(500);
    watch.close();
    expect(told).toEqual(wakes);
  },
);

/** Two linked nodes, the first of which can sleep. Nothing that is sent meanwhile arrives, and no end is told of the other's. */
async function linked(monotonicStops: boolean, forgiving = true) {
  const bench = new Bench();
  const works = new PipeWorks();
  const clock = new SleepyClock(bench.clock, monotonicStops);
  const network = new HandNetwork();
  const outcomes: Outcome[] = [];
  const routes = {
    rank: <Way>(ways: readonly Way[]) => ways,
    record: (o: Outcome) => outcomes.push(o),
    score: () => 1,
  };
  const blind = { excuse: () => undefined, open: () => {}, close: () => {} };
  const a = await bench.node(1, [works.plugin()], {
    replace: [
      replaceRoom(ports.clock, () => clock),
      replaceRoom(roomPorts.network, () => network),
      replaceRoom(ports.routes, () => routes),
      ...(forgiving ? [] : [replaceRoom(roomPorts.sleepWatch, () => blind as never)]),
    ],
  });
  const b = await bench.node(2, [works.plugin()]);
  const got: unknown[] = [];
  b.channel(channel).onMessage((message) => void got.push(message));
  await bench.outcome(Promise.all([a.start(), b.start()]));
  const lane = a.channel(channel);
  await bench.outcome(lane.send(b.id, 0));
  return {
    bench,
    works,
    clock,
    network,
    a,
    b,
    lane,
    got,
    blamed: () => outcomes.filter(({ kind }) => blame.includes(kind)).map(({ kind }) => kind),
    /** Until b has long given the link up. */
    async sleep(ms = 60_000) {
      works.tricks = { swallow: () => true, dial: "hang" };
      clock.sleep();
      await bench.clock.advance(ms);
      works.tricks = {};
      clock.wake();
      return bench.clock.now();
    },
  };
}

describe.each(kinds)("a sleep, %s", (_name, monotonicStops) => {
  test("the peer gave the link up meanwhile: another stands within three seconds, and nobody is blamed", async () => {
    const { bench, works, a, b, sleep, blamed, lane, got } = await linked(monotonicStops);
    await using _end = bench;
    expect(a.peers()).toHaveLength(1);
    const opened: number[] = [];
    const before = works.dials.length;
    const wokeAt = await sleep();
    a.on("connection:open", () => opened.push(bench.clock.now()));
    opened.length = 0;
    await bench.until(() => opened.length > 0, "another link", 3_000);
    expect((opened[0] ?? 0) - wokeAt).toBeLessThanOrEqual(3_000);
    expect(works.dials.length).toBeGreaterThan(before);
    await bench.outcome(lane.send(b.id, 1));
    expect(got).toEqual([0, 1]);
    await bench.clock.advance(10_000);
    expect(blamed()).toEqual([]);
  });

  test("a letter that was out is brought over once, and no way is blamed for it", async () => {
    const { bench, b, sleep, blamed, lane, got, works } = await linked(monotonicStops);
    await using _end = bench;
    works.tricks = { swallow: () => true };
    const sent = lane.send(b.id, "out", { ttlMs: 600_000 });
    await sleep();
    expect((await bench.outcome(sent)).value).toMatchObject({ status: "confirmed" });
    expect(got).toEqual([0, "out"]);
    expect(blamed()).toEqual([]);
  });

  test("a link that still answers is kept", async () => {
    const { bench, a, b, clock, blamed } = await linked(monotonicStops);
    await using _end = bench;
    const closed: string[] = [];
    for (const node of [a, b]) node.on("connection:close", ({ reason }) => closed.push(reason.detail));
    // Short for the other side, and long enough to count.
    clock.sleep();
    await bench.clock.advance(4_500);
    clock.wake();
    await bench.clock.advance(20_000);
    expect(closed).toEqual([]);
    expect(blamed()).toEqual([]);
  });

  test("a dial that slept in the middle ends without a verdict, and is made anew at once", async () => {
    const { bench, works, b, sleep, blamed, lane } = await linked(monotonicStops);
    await using _end = bench;
    works.tricks = { dial: "hang" };
    works.cut();
    const sent = lane.send(b.id, "later", { ttlMs: 600_000 });
    await bench.until(() => works.dials.length > 1, "a dial");
    const before = blamed().length;
    await sleep();
    const { ms } = await bench.outcome(sent);
    expect(ms).toBeLessThanOrEqual(1_500);
    expect(blamed()).toHaveLength(before);
  });
});

describe.each([true, false])("the network gone for a while, told: %s", (isTold) => {
  test("another link stands within three seconds only where its return is told, and then nobody is blamed", async () => {
    const { bench, works, a, b, network, blamed, lane, got } = await linked(false, isTold);
    await using _end = bench;
    network.tell(false);
    works.tricks = { swallow: () => true, dial: "hang" };
    const sent = lane.send(b.id, "out", { ttlMs: 600_000 });
    await bench.clock.advance(60_000);
    works.tricks = {};
    const opened: number[] = [];
    const backAt = bench.clock.now();
    a.on("connection:open", () => opened.push(bench.clock.now() - backAt));
    opened.length = 0;
    if (isTold) network.tell(true);
    await bench.outcome(sent);
    expect(got).toEqual([0, "out"]);
    await bench.clock.advance(10_000);
    expect(blamed().length > 0).toBe(!isTold);
    if (isTold) expect(opened[0]).toBeLessThanOrEqual(3_000);
  });
});

test("what fails at once while this node has not noticed that it slept is not dialled on and on", async () => {
  const { bench, works, b, clock, lane } = await linked(false);
  await using _end = bench;
  works.cut();
  await bench.clock.advance(1);
  const before = works.dials.length;
  // Without the rest the turn would never end: then the trick ends it.
  works.tricks = {
    get dial() {
      return works.dials.length < before + 200 ? ("refuse" as const) : ("hang" as const);
    },
  };
  clock.sleep();
  await bench.clock.advance(5_000);
  const sent = lane.send(b.id, "waits", { ttlMs: 600_000 });
  await settle();
  expect(works.dials.length - before).toBeLessThanOrEqual(4);
  works.tricks = {};
  clock.wake();
  expect((await bench.outcome(sent)).value).toMatchObject({ status: "confirmed" });
});

test("the watch taken out, the sleep is blamed on the peer", async () => {
  const { bench, b, sleep, blamed, lane, works } = await linked(false, false);
  await using _end = bench;
  works.tricks = { dial: "hang" };
  works.cut();
  void lane.send(b.id, "later", { ttlMs: 600_000 });
  await bench.until(() => works.dials.length > 1, "a dial");
  const before = blamed().length;
  await sleep();
  await bench.clock.advance(5_000);
  expect(blamed().length).toBeGreaterThan(before);
});

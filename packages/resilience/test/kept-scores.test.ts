import {
  type Clock,
  createSwarm,
  memoryStore,
  ports,
  replaceRoom,
  type Store,
  type StoreOperation,
  SwarmError,
  use,
} from "@swarm-space/core";
import resilience, { getConnectionResilience, type ResilienceConfig } from "@swarm-space/resilience";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLearnt, encodeLearnt } from "../src/kept-scores.ts";
import { resilienceConfig } from "../src/resilience-config.ts";
import { makeRoom } from "../src/room.ts";
import { attempt, breakWay, TestBus, TestRandom, waitMs, way } from "./node.ts";

const signal = new AbortController().signal;
const minute = 60_000;
const peer = "a".repeat(52);
const idOf = (n: number) =>
  String(n)
    .replace(/./g, (digit) => "abcdefghij".charAt(Number(digit)))
    .padStart(51, "b")
    .padEnd(52, "a");

/** Two clocks moved by hand: each process has a monotonic one of its own, all share the wall. */
class ProcessClock implements Clock {
  ms: number;
  readonly wallOf: { ms: number };
  readonly timers = new Map<() => void, number>();

  constructor(wallOf: { ms: number }, ms = 1_000) {
    this.wallOf = wallOf;
    this.ms = ms;
  }
  now(): number {
    return this.ms;
  }
  wall(): number {
    return this.wallOf.ms;
  }
  timer(delayMs: number, fn: () => void): Disposable {
    this.timers.set(fn, this.ms + delayMs);
    return { [Symbol.dispose]: () => void this.timers.delete(fn) };
  }
  async pass(ms: number): Promise<void> {
    this.ms += ms;
    this.wallOf.ms += ms;
    for (const [fn, at] of [...this.timers]) {
      if (at > this.ms) continue;
      this.timers.delete(fn);
      fn();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface KeptStore extends Store {
  readonly batches: (readonly StoreOperation[])[];
  failing: boolean;
}

function keptStore(durable = true): KeptStore {
  const memory = memoryStore();
  const write = memory.batch.bind(memory);
  const batches: KeptStore["batches"] = [];
  const store: KeptStore = Object.assign(memory, {
    durable,
    batches,
    failing: false,
    batch: async (operations: readonly StoreOperation[], o: { readonly durable: boolean }) => {
      if (store.failing) throw new SwarmError("STORE_FULL", "the medium of the test is full");
      batches.push(operations);
      await write(operations, o);
    },
  });
  return store;
}

const settings = { reliability: { gun: 0.8 }, scoreHoldMs: minute, scoreHalfLifeMs: 10 * minute } as const;

async function run(store: Store | undefined, wall: { ms: number }, options: ResilienceConfig = settings) {
  const clock = new ProcessClock(wall);
  const events = new TestBus();
  const room = makeRoom({ settings: resilienceConfig.parse(options), clock, random: new TestRandom(), events, store });
  await room.handle.start?.({ signal });
  const fail = (to: string, times = 8, transport = "gun") => {
    for (let n = 0; n < times; n++) room.routes.record({ kind: "lost", way: way(to, transport) });
  };
  return { clock, events, fail, stop: () => room.handle.stop?.({ signal }), ...room };
}

const keysOf = async (store: Store) => {
  const keys: string[] = [];
  for await (const [key] of store.namespace("resilience").range()) keys.push(key);
  return keys;
};

describe("scores over restarts", () => {
  it("stand as they were, of transports and towards peers", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    first.fail(peer);
    const [general, towards] = [first.routes.score("gun"), first.routes.peerScore(peer, "gun")];
    expect(general).toBeLessThan(0.8);
    expect(towards).toBeLessThan(0.4);
    await first.stop();
    const second = await run(store, wall);
    expect(second.routes.score("gun")).toBeCloseTo(general, 9);
    expect(second.routes.peerScore(peer, "gun")).toBeCloseTo(towards, 9);
    expect(second.routes.score("peerjs")).toBe(0.6);
    expect((await run(keptStore(), wall)).routes.score("gun"), "without the store nothing is known").toBe(0.8);
  });

  it("fade with the time away, by the wall clock", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    first.fail(peer);
    const before = first.routes.score("gun");
    await first.stop();
    wall.ms += 11 * minute;
    const { routes } = await run(store, wall);
    expect(routes.score("gun")).toBeCloseTo(0.8 + (before - 0.8) / 2, 6);
    wall.ms += 200 * minute;
    expect((await run(store, wall)).routes.score("gun")).toBe(0.8);
  });

  it("do not grow younger, nor odd, when the wall clock is set back", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    first.fail(peer);
    const before = first.routes.score("gun");
    await first.stop();
    wall.ms -= 500 * minute;
    const second = await run(store, wall);
    expect(second.routes.score("gun")).toBeCloseTo(before, 9);
    await second.clock.pass(11 * minute);
    expect(second.routes.score("gun")).toBeCloseTo(0.8 + (before - 0.8) / 2, 6);
  });

  it("are written every half minute, and only what changed: a crash forgets no more", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const crashed = await run(store, wall);
    crashed.fail(peer);
    await crashed.clock.pass(29_999);
    expect(store.batches).toHaveLength(0);
    await crashed.clock.pass(1);
    expect(store.batches).toHaveLength(1);
    await crashed.clock.pass(30_000);
    expect(store.batches).toHaveLength(1);
    crashed.fail(idOf(2), 1, "peerjs");
    await crashed.clock.pass(30_000);
    expect(store.batches.at(-1)?.map(({ key }) => key)).toEqual(["transports", `peer/${idOf(2)}`]);
    const next = await run(store, wall);
    expect(next.routes.peerScore(peer, "gun")).toBeLessThan(0.5);
    expect(next.routes.peerScore(idOf(2), "peerjs")).toBeLessThan(0.6);
  });

  it("are bounded: those last heard of stay", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const node = await run(store, wall, { ...settings, maxScoredPeers: 10 });
    for (let n = 0; n < 30; n++) {
      node.fail(idOf(n), 1);
      await node.clock.pass(1_000);
      if (n % 7 === 0) await node.clock.pass(30_000);
    }
    await node.stop();
    const keys = await keysOf(store);
    expect(keys).toHaveLength(11);
    expect(keys).toContain(`peer/${idOf(29)}`);
    expect(keys).not.toContain(`peer/${idOf(0)}`);
    const small = await run(store, wall, { ...settings, maxScoredPeers: 3 });
    await small.stop();
    expect(await keysOf(store)).toHaveLength(4);
  });

  it("that have faded are removed", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    first.fail(peer);
    await first.stop();
    wall.ms += 200 * minute;
    const second = await run(store, wall);
    await second.stop();
    expect(await keysOf(store)).toEqual([]);
  });

  it("are of the past: what was learnt since the start stands", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    first.fail(peer);
    await first.stop();
    const clock = new ProcessClock(wall);
    const room = makeRoom({
      settings: resilienceConfig.parse(settings),
      clock,
      random: new TestRandom(),
      events: new TestBus(),
      store,
    });
    room.routes.record({ kind: "accepted", way: way(peer) });
    const [general, towards] = [room.routes.score("gun"), room.routes.peerScore(peer, "gun")];
    await room.handle.start?.({ signal });
    expect([room.routes.score("gun"), room.routes.peerScore(peer, "gun")]).toEqual([general, towards]);
    await room.handle.stop?.({ signal });
  });

  it("breakers begin closed", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const first = await run(store, wall);
    breakWay({ ...first, clock: first.clock as never }, way(peer));
    expect(first.resilience.getStats().openBreakers).toBe(1);
    await first.stop();
    const second = await run(store, wall);
    expect(second.resilience.getStats().totalBreakers).toBe(0);
    const node = { ...second, clock: second.clock as never };
    expect(waitMs(node, way(peer))).toBe(0);
    attempt(node, way(peer), "refused");
    expect(waitMs(node, way(peer))).toBe(2_000);
  });
});

describe("the store", () => {
  it("that is not durable is left alone, and there is no timer", async () => {
    const store = keptStore(false);
    const node = await run(store, { ms: 0 });
    node.fail(peer);
    expect(node.clock.timers.size).toBe(0);
    await node.stop();
    expect(store.batches).toEqual([]);
  });

  it("that fails costs the memory of scores, is told, and is tried again", async () => {
    const store = keptStore();
    const wall = { ms: 1e12 };
    const node = await run(store, wall);
    node.fail(peer);
    store.failing = true;
    await node.clock.pass(30_000);
    expect(node.events.seen).toEqual([
      { name: "store:failed", detail: { code: "STORE_FULL", detail: "the medium of the test is full" } },
    ]);
    store.failing = false;
    await node.clock.pass(30_000);
    expect(await keysOf(store)).toEqual([`peer/${peer}`, "transports"]);
    await store.close();
    await node.stop();
    const blind = await run(store, wall);
    expect(blind.events.names()).toEqual(["store:failed"]);
    expect(blind.routes.score("gun")).toBe(0.8);
    await blind.stop();
  });

  it("is written once by two stops, and holds no timer after them", async () => {
    const store = keptStore();
    const node = await run(store, { ms: 1e12 });
    node.fail(peer);
    await node.handle.start?.({ signal });
    expect(node.clock.timers.size).toBe(1);
    await node.stop();
    await node.stop();
    expect(store.batches).toHaveLength(1);
    expect(node.clock.timers.size).toBe(0);
  });

  it("may hold anything: scores stay between 0 and 1", async () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("transports", "peer/", `peer/${peer}`, "peer/__proto__"));
    const row = fc.tuple(fc.constantFrom("gun", "__proto__", ""), fc.double(), fc.double());
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.oneof(fc.jsonValue(), fc.array(row)).map((json) => new TextEncoder().encode(JSON.stringify(json))),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 6 }), async (rows) => {
        const store = keptStore();
        for (const [each, content] of Object.entries(rows)) await store.namespace("resilience").put(each, content);
        const node = await run(store, { ms: 1e12 });
        for (const id of ["gun", "__proto__", "peerjs"]) {
          for (const score of [node.routes.score(id), node.routes.peerScore(peer, id)]) {
            expect(score >= 0 && score <= 1).toBe(true);
          }
        }
        node.routes.record({ kind: "accepted", way: way(peer) });
        await node.stop();
      }),
      { numRuns: 200 },
    );
  });

  it("gives back each score at its age", () => {
    const moment = fc.record({ now: fc.nat(1e9), wall: fc.integer({ min: 0, max: 2e12 }) });
    fc.assert(
      fc.property(
        moment,
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1e6),
        (before, after, value, ageMs) => {
          const learnt = { peer, scores: [["gun", { value, at: before.now - ageMs }]] } as const;
          const read = decodeLearnt(`peer/${peer}`, encodeLearnt(learnt, before), after);
          const awayMs = Math.max(0, after.wall - before.wall + ageMs);
          expect(read?.scores).toEqual([["gun", { value: value === 0 ? 0 : value, at: after.now - awayMs }]]);
        },
      ),
    );
  });
});

it("a node with a durable store has its scores again", async () => {
  const store = keptStore();
  const make = () =>
    createSwarm({ plugins: [use(resilience)], replace: [replaceRoom(ports.store, () => store)], log: "silent" });
  {
    await using swarm = await make();
    await swarm.start();
    for (let n = 0; n < 9; n++) swarm.get(ports.routes).record({ kind: "lost", way: way(peer) });
    expect(getConnectionResilience(swarm).getReliability("gun", peer)).toBeLessThan(0.4);
  }
  await using swarm = await make();
  await swarm.start();
  expect(getConnectionResilience(swarm).getReliability("gun", peer)).toBeLessThan(0.4);
  expect(getConnectionResilience(swarm).getReliability("gun", idOf(1))).toBeLessThan(0.8);
});

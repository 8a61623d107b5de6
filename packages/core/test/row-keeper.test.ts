import { expect, test } from "vitest";
import type { Store, StoreOperation } from "../src/ports/store.ts";
import { EventEmitter } from "../src/status/event-emitter.ts";
import { memoryStore } from "../src/store/memory-store.ts";
import { RowKeeper } from "../src/store/row-keeper.ts";
import { HandClock } from "./hand-clock.ts";

interface Row {
  readonly name: string;
  readonly at: number;
}

const namespace = "test";
const text = { in: new TextEncoder(), out: new TextDecoder() };

/** A store that tells what it was given, and refuses where it is to. */
function watchedStore() {
  const store = memoryStore();
  const batches: (readonly StoreOperation[])[] = [];
  const state = { refuses: false };
  const watched: Store = Object.assign(store, {
    batch: ((batch) => async (operations: readonly StoreOperation[], o: { readonly durable: boolean }) => {
      if (state.refuses) throw new Error("the medium of the test is full");
      batches.push(operations);
      await batch(operations, o);
    })(store.batch.bind(store)),
  });
  return { store: watched, batches, state };
}

function run(store: Store, clock = new HandClock(), { keptMs = 1e9, mostRows = 10 } = {}) {
  const events = new EventEmitter();
  const failures: string[] = [];
  events.on("store:failed", ({ detail }) => void failures.push(detail));
  const known = new Map<string, Row>();
  const keeper = new RowKeeper<Row>({
    store,
    clock,
    events,
    namespace,
    rows: () => known,
    restore: (row) => void known.set(row.name, row),
    encode: ({ name, at }, { now, wall }) => text.in.encode(JSON.stringify([name, wall - (now - at)])),
    decode: (key, bytes, { now, wall }) => {
      const [name, at] = text.out.decode(bytes).startsWith("[") ? JSON.parse(text.out.decode(bytes)) : [];
      return name === key ? { name, at: now - (wall - at) } : undefined;
    },
    at: ({ at }) => at,
    isOther: (stored, row) => stored.at !== row.at,
    keptMs,
    mostRows,
  });
  const learn = (...names: readonly string[]) => {
    for (const name of names) known.set(name, { name, at: clock.now() });
  };
  return { keeper, clock, known, learn, failures };
}

const keysIn = async (store: Store) => {
  const keys: string[] = [];
  for await (const [key] of store.namespace(namespace).range()) keys.push(key);
  return keys;
};

test("what is known is written every 30 s and at the stop, only what changed, and the next run knows it", async () => {
  const { store, batches } = watchedStore();
  const { keeper, clock, learn } = run(store);
  await keeper.start();
  learn("a", "b");
  await clock.advance(29_999);
  expect(batches).toHaveLength(0);
  await clock.advance(1);
  expect(batches.map((each) => each.map(({ key }) => key))).toEqual([["a", "b"]]);
  await clock.advance(60_000);
  expect(batches, "nothing was learnt").toHaveLength(1);
  learn("b");
  await keeper.stop();
  expect(batches.slice(1).map((each) => each.map(({ key }) => key))).toEqual([["b"]]);
  expect(clock.pending).toBe(0);
  const next = run(store, clock);
  await next.keeper.start();
  expect([...next.known.values()]).toEqual([
    { name: "a", at: 0 },
    { name: "b", at: 90_000 },
  ]);
  await next.keeper.stop();
  expect(batches, "what was read is not written again").toHaveLength(2);
});

test("what is no row, too old, or forgotten meanwhile goes from the store, and nothing is taken up of it", async () => {
  const { store } = watchedStore();
  const { keeper, clock, learn } = run(store);
  await keeper.start();
  learn("old", "known");
  await keeper.stop();
  await store.namespace(namespace).put("broken", text.in.encode("no row"));
  await clock.advance(5_000);
  const second = run(store, clock, { keptMs: 5_001 });
  await second.keeper.start();
  expect([...second.known.keys()].sort()).toEqual(["known", "old"]);
  second.known.delete("known");
  await clock.advance(1);
  second.learn("new");
  await second.keeper.stop();
  expect(await keysIn(store)).toEqual(["new"]);
  await clock.advance(5_001);
  const third = run(store, clock, { keptMs: 5_001 });
  await third.keeper.start();
  expect([...third.known]).toEqual([]);
  await third.keeper.stop();
});

test("no more rows are kept than are to be: those last learnt of", async () => {
  const { store } = watchedStore();
  const { keeper, clock, learn } = run(store, undefined, { mostRows: 2 });
  await keeper.start();
  for (const name of ["c", "b", "a"]) {
    learn(name);
    await clock.advance(1);
  }
  learn("c");
  await keeper.stop();
  expect(await keysIn(store)).toEqual(["a", "c"]);
});

test("a store that fails is told of, and is given all of it when it takes it", async () => {
  const { store, state } = watchedStore();
  const { keeper, clock, learn, failures } = run(store);
  state.refuses = true;
  await keeper.start();
  learn("a");
  await clock.advance(30_000);
  expect(failures).toEqual(["the medium of the test is full"]);
  state.refuses = false;
  await clock.advance(30_000);
  expect(await keysIn(store)).toEqual(["a"]);
  await keeper.stop();
});

test("a store that cannot be read lets its plugin start, and says so", async () => {
  const { store } = watchedStore();
  const unreadable: Store = Object.assign(store, {
    namespace: () => {
      throw new Error("cannot be read");
    },
  });
  const { keeper, failures } = run(unreadable);
  await keeper.start();
  expect(failures).toEqual(["cannot be read"]);
  await keeper.stop();
});

test("started and stopped twice is once", async () => {
  const { store, batches } = watchedStore();
  const { keeper, clock, learn } = run(store);
  await keeper.stop();
  await Promise.all([keeper.start(), keeper.start()]);
  await clock.advance(0);
  expect(clock.pending).toBe(1);
  learn("a");
  await keeper.stop();
  learn("b");
  await keeper.stop();
  expect(batches).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

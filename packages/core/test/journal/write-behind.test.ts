import { expect, test } from "vitest";
import { WriteBehind } from "../../src/messaging/journal/write-behind.ts";
import { HandClock, settle } from "../hand-clock.ts";
import { durableStore, keysOf, unexpected } from "./durable-store.ts";

const value = Uint8Array.of(1);

function parts() {
  const store = durableStore();
  const clock = new HandClock();
  return { store, clock, behind: new WriteBehind(store, clock, "part", unexpected) };
}

test("writes of one delay are one batch, and of one key the last counts", async () => {
  const { store, clock, behind } = parts();
  behind.put("a", value);
  behind.put("b", value);
  behind.put("a", Uint8Array.of(2));
  expect(store.batches).toEqual([]);
  await clock.advance(10);
  expect(store.batches).toHaveLength(1);
  expect(store.batches[0]?.operations).toHaveLength(2);
  expect(await store.namespace("part").get("a")).toEqual(Uint8Array.of(2));
});

test("the store is asked 10 ms after the first write, not after the last, and not sooner", async () => {
  const { store, clock, behind } = parts();
  const askedAt: number[] = [];
  for (let at = 0; at < 25; at += 5) {
    behind.put(`at ${at}`, value);
    await clock.advance(4);
    expect(store.batches).toHaveLength(askedAt.length);
    await clock.advance(1);
    if (store.batches.length > askedAt.length) askedAt.push(clock.now());
  }
  expect(askedAt).toEqual([10, 20]);
  expect(store.batches.map(({ operations }) => operations.map(({ key }) => key))).toEqual([
    ["at 0", "at 5"],
    ["at 10", "at 15"],
  ]);
});

test("while the loop stands still no timer fires: the next write takes along what is due, or else the first turn does", async () => {
  const { store, clock, behind } = parts();
  behind.put("a", value);
  clock.stall(9);
  behind.put("b", value);
  expect(store.batches).toEqual([]);
  clock.stall(1);
  behind.put("c", value);
  expect(store.batches.map(({ operations }) => operations.length)).toEqual([3]);
  expect(clock.pending).toBe(0);
  behind.put("d", value);
  clock.stall(200);
  expect(store.batches).toHaveLength(1);
  await clock.advance(0);
  expect(store.batches.map(({ operations }) => operations.length)).toEqual([3, 1]);
  expect(await keysOf(store, "part")).toEqual(["a", "b", "c", "d"]);
});

test("what is put and deleted within the delay costs no write", async () => {
  const { store, clock, behind } = parts();
  behind.put("a", value);
  behind.delete("a");
  behind.delete("never");
  await clock.advance(10);
  await behind.flush();
  expect(store.batches).toEqual([]);
  // After the delay the same two are two writes.
  behind.put("a", value);
  await clock.advance(10);
  behind.delete("a");
  await clock.advance(10);
  expect(store.batches).toHaveLength(2);
  expect(await keysOf(store, "part")).toEqual([]);
});

test("what was found in the store is deleted from it", async () => {
  const { store, clock, behind } = parts();
  await store.namespace("part").put("old", value);
  behind.delete("old");
  await clock.advance(10);
  expect(await keysOf(store, "part")).toEqual(["old"]);
  behind.found("old");
  behind.delete("old");
  await clock.advance(10);
  expect(await keysOf(store, "part")).toEqual([]);
});

test("flush writes at once, leaves no timer, and waits for what is being written", async () => {
  const { store, clock, behind } = parts();
  const gate = Promise.withResolvers<void>();
  store.hold = gate.promise;
  behind.put("a", value);
  let flushed = false;
  const flushing = behind.flush().then(() => {
    flushed = true;
  });
  expect(clock.pending).toBe(0);
  await settle();
  expect(flushed).toBe(false);
  gate.resolve();
  await flushing;
  expect(await keysOf(store, "part")).toEqual(["a"]);
});

test("writes take effect in their order, also when the medium is slow", async () => {
  const { store, clock, behind } = parts();
  const gate = Promise.withResolvers<void>();
  store.hold = gate.promise;
  behind.put("a", value);
  await clock.advance(10);
  behind.delete("a");
  await clock.advance(10);
  // The store has both: what is kept does not wait for the medium twice.
  expect(store.batches).toHaveLength(2);
  gate.resolve();
  await behind.flush();
  expect(await keysOf(store, "part")).toEqual([]);
});

test("a refusal is told, with each value that is not kept; later writes go on", async () => {
  const store = durableStore();
  const clock = new HandClock();
  const told: string[] = [];
  const behind = new WriteBehind(store, clock, "part", () => told.push("failed"));
  store.full = () => true;
  behind.put("a", value, () => told.push("first a"));
  behind.put("a", value, () => told.push("a"));
  behind.put("b", value, () => told.push("b"));
  behind.put("c", value, () => told.push("c"));
  behind.delete("c");
  await clock.advance(10);
  expect(told).toEqual(["failed", "a", "b"]);
  store.full = undefined;
  behind.put("d", value);
  await clock.advance(10);
  expect(await keysOf(store, "part")).toEqual(["d"]);
});

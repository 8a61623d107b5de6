import { expect, test } from "vitest";
import { LocalDoor } from "../../src/door/door.ts";
import { DoorJournal } from "../../src/door/door-journal.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { memoryStore } from "../../src/store/index.ts";
import { systemClock } from "../../src/system/system-clock.ts";
import { settle } from "../hand-clock.ts";
import { durableStore } from "../journal/durable-store.ts";

const stranger = "a".repeat(52);

function doorOn(store: ReturnType<typeof memoryStore>) {
  const events = new EventEmitter();
  const door = new LocalDoor({ clock: systemClock(), events });
  const onFailed = (error: unknown) => {
    throw error;
  };
  return { door, journal: new DoorJournal({ door, store, events, onFailed }) };
}

test("who was refused before a restart is refused after it, also when nobody said goodbye", async () => {
  const store = Object.assign(memoryStore(), { durable: true });
  const before = doorOn(store);
  await before.journal.open();
  before.door.offend("rateExceeded", { peer: stranger });
  expect(before.door.refusedUntil(stranger)).toBeDefined();
  await store.namespace("door").get("standings");

  const after = doorOn(store);
  expect(after.door.refusedUntil(stranger)).toBeUndefined();
  await after.journal.open();
  expect(after.door.refusedUntil(stranger)).toBeDefined();
});

test("a store that is not durable keeps nothing, and rubbish in it is left out", async () => {
  const fleeting = memoryStore();
  const first = doorOn(fleeting);
  await first.journal.open();
  first.door.offend("rateExceeded", { peer: stranger });
  await first.journal.close();
  expect(await fleeting.namespace("door").get("standings")).toBeUndefined();

  const store = Object.assign(memoryStore(), { durable: true });
  await store.namespace("door").put("standings", Uint8Array.of(0xff, 1, 2));
  const second = doorOn(store);
  await second.journal.open();
  expect(second.door.scores).toBe(0);
});

test("a flood of offenders on a slow medium: one write is under way, one waits, and the last knows them all", async () => {
  const store = durableStore();
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  store.hold = hold;
  const { door, journal } = doorOn(store);
  await journal.open();
  for (let n = 0; n < 50; n++) door.offend("rateExceeded", { peer: `peer ${n}` });
  await settle();
  expect(store.batches).toHaveLength(1);
  const closed = journal.close();
  release();
  await closed;
  expect(store.batches).toHaveLength(2);
  const after = doorOn(store);
  await after.journal.open();
  expect([0, 49].map((n) => after.door.refusedUntil(`peer ${n}`) !== undefined)).toEqual([true, true]);
});

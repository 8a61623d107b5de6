import { expect, test } from "vitest";
import { LocalDoor } from "../../src/door/door.ts";
import { doorPolicy } from "../../src/door/door-policy.ts";
import { guardedByDoor } from "../../src/door/guarded-dials.ts";
import type { SwarmEvents } from "../../src/ports/events.ts";
import type { Way } from "../../src/ports/routing.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

const capabilities = { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 };
const tcp = (remote: string) => ({ transport: "tcp", remote, capabilities });
const viaRelay = {
  transport: "gun",
  remote: "gun:abcd@http://r/gun",
  rendezvous: "http://r/gun",
  capabilities: { ...capabilities, direct: false },
};
const rubbish = { frames: 1, bytes: 50_000, items: 1_000, doubles: 0, ms: 2, useful: 0 };

function stage(guards = doorPolicy.guards) {
  const clock = new HandClock();
  const events = new EventEmitter();
  const heard: SwarmEvents["peer:graylisted"][] = [];
  events.on("peer:graylisted", (detail) => heard.push(detail));
  return { clock, heard, door: new LocalDoor({ clock, events, policy: { ...doorPolicy, guards } }) };
}

test("five malformed frames, and the peer is refused by name, with an event", async () => {
  const { door, heard, clock } = stage();
  for (let i = 0; i < 5; i++) {
    expect(door.welcome("mallory", tcp("10.0.0.1:1"))).toBeUndefined();
    door.offend("frameInvalid", { peer: "mallory", remote: tcp("10.0.0.1:1") });
  }
  expect(door.welcome("mallory", tcp("10.9.9.9:1"))?.code).toBe("PEER_GRAYLISTED");
  expect(door.welcome("alice", tcp("10.0.0.1:1"))).toBeUndefined();
  expect(heard).toMatchObject([{ peer: "mallory", range: undefined, offence: "frameInvalid" }]);
  await clock.advance(doorPolicy.halfLifeMs + 5_000);
  expect(door.welcome("mallory", tcp("10.0.0.1:1"))).toBeUndefined();
});

test("ablated, scores refuse nobody", () => {
  const { door, heard } = stage({ ...doorPolicy.guards, scores: false });
  for (let i = 0; i < 50; i++) door.offend("frameInvalid", { peer: "mallory", remote: tcp("10.0.0.1:1") });
  expect(door.welcome("mallory", tcp("10.0.0.1:1"))).toBeUndefined();
  expect(heard).toEqual([]);
});

test("fresh names do not wash a range", async () => {
  const { door, heard, clock } = stage();
  let names = 0;
  while (door.admit(tcp("10.0.0.7:1")) === undefined && names < 100) {
    door.offend("rateExceeded", { peer: `name ${names++}`, remote: tcp(`10.0.0.${names}:1`) });
  }
  expect(names).toBe(8);
  // The whole's bucket fills again.
  await clock.advance(1_000);
  expect(door.admit(tcp("10.0.0.200:9"))?.code).toBe("PEER_GRAYLISTED");
  expect(door.admit(tcp("10.0.1.1:9"))).toBeUndefined();
  expect(heard.at(-1)).toMatchObject({ peer: undefined, range: "10.0.0.0/24" });
});

test("nobody behind a relay pays for another, and no relay can frame a peer", () => {
  const { door } = stage();
  for (let i = 0; i < 1_000; i++) {
    door.offend("sealBroken", { peer: "alice", remote: viaRelay });
    door.offend("handshakeFailed", { remote: viaRelay });
    door.offend("rateExceeded", { peer: "mallory", remote: viaRelay });
  }
  expect(door.admit(viaRelay)).toBeUndefined();
  expect(door.welcome("alice", viaRelay)).toBeUndefined();
  expect(door.welcome("mallory", viaRelay)?.code).toBe("PEER_GRAYLISTED");
});

test("rubbish beyond the budget: charged, and gone within a second; the next peer is unharmed", async () => {
  const { door, clock } = stage();
  let goneAt: number | undefined;
  for (let now = 0; now < 2_000 && goneAt === undefined; now += 20) {
    if (!door.spend("mallory", tcp("10.0.0.1:1"), rubbish)) goneAt = clock.now();
    expect(door.spend("alice", tcp("10.0.0.2:1"), { ...rubbish, frames: 0, bytes: 0, items: 0, useful: 4_000 })).toBe(
      true,
    );
    await clock.advance(20);
  }
  expect(goneAt).toBeLessThanOrEqual(1_000);
  expect(door.refusedUntil("mallory")).toBeDefined();
  expect(door.refusedUntil("alice")).toBeUndefined();
});

test("ablated, a flood of rubbish goes on", async () => {
  const { door, clock } = stage({ ...doorPolicy.guards, budgets: false });
  for (let now = 0; now < 2_000; now += 20) {
    expect(door.spend("mallory", tcp("10.0.0.1:1"), rubbish)).toBe(true);
    await clock.advance(20);
  }
});

test("who comes back finds the budget as it was", async () => {
  const { door, clock } = stage();
  door.spend("mallory", tcp("10.0.0.1:1"), { ...rubbish, items: 2_500 });
  await clock.advance(100);
  expect(door.spend("mallory", tcp("10.0.0.9:1"), { ...rubbish, items: 6_000 })).toBe(false);
});

test("knocks beyond the rate are refused, and ablated they are not", () => {
  const knocks = (door: LocalDoor) =>
    Array.from({ length: 1_000 }, () => door.admit(tcp("10.0.0.1:1"))).filter((each) => each === undefined).length;
  expect(knocks(stage().door)).toBe(doorPolicy.handshakes.node.capacity);
  expect(knocks(stage({ ...doorPolicy.guards, handshakes: false }).door)).toBe(1_000);
});

test("standings survive a restart, by name and by range", () => {
  const { door } = stage();
  door.offend("rateExceeded", { peer: "mallory", remote: tcp("10.0.0.1:1") });
  for (let i = 0; i < 8; i++) door.offend("rateExceeded", { remote: tcp("10.7.0.1:1") });
  const again = stage().door;
  again.import(JSON.parse(JSON.stringify(door.export())));
  expect(again.welcome("mallory", viaRelay)?.code).toBe("PEER_GRAYLISTED");
  expect(again.admit(tcp("10.7.0.9:1"))?.code).toBe("PEER_GRAYLISTED");
  expect(again.admit(tcp("10.0.0.1:1"))).toBeUndefined();
  again.import("nonsense" as never);
  again.import([null, { key: 4 }] as never);
});

test("remembers no more than its caps, whoever comes", () => {
  const { door } = stage();
  for (let i = 0; i < 20_000; i++) {
    const remote = tcp(`10.${i >> 8}.${i & 255}.1:1`);
    door.offend("rateExceeded", { peer: `peer ${i}`, remote });
    door.spend(`peer ${i}`, remote, rubbish);
  }
  expect(door.scores).toBeLessThanOrEqual(2 * doorPolicy.mostScores);
  expect(door.budgets).toBe(doorPolicy.mostBudgets);
});

test("whom the door refuses is not dialled either, and explain says why", () => {
  const { door, clock } = stage();
  const guard = guardedByDoor({ admit: () => ({ release: () => {} }), record: () => {} }, door, clock);
  const way: Way = { peer: "mallory", transport: "tcp", road: "tcp", connected: false };
  expect(guard.admit(way)).toHaveProperty("release");
  door.offend("rateExceeded", { peer: "mallory" });
  expect(guard.admit(way)).toMatchObject({ reason: "graylisted", retryAt: door.refusedUntil("mallory") });
  expect(guard.peek?.(way)).toMatchObject({ reason: "graylisted" });
});

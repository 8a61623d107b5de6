import type { SwarmEvents } from "@swarm-space/core";
import { use } from "@swarm-space/core";
import { expect, test } from "vitest";
import { DatagramNetwork, datagramPlugin, LifeClock, MortalNode, SeededRandom, VirtualClock } from "../src/index.ts";

test("a process that stands still runs what fell due late, in order, and drops what was called off", async () => {
  const base = new VirtualClock();
  const clock = new LifeClock(base);
  const ran: string[] = [];
  const note = (what: string) => () => void ran.push(`${what} at ${base.now()}`);
  clock.timer(100, note("a"));
  const calledOff = clock.timer(200, note("b"));
  clock.timer(300, () => {
    note("c")();
    late[Symbol.dispose]();
  });
  const late = clock.timer(310, note("d"));
  clock.timer(900, note("e"));
  clock.freeze();
  await base.advance(150);
  clock.arrive(note("word"));
  await base.advance(350);
  expect([ran, clock.late]).toEqual([[], 5]);
  calledOff[Symbol.dispose]();
  clock.thaw();
  clock.thaw();
  clock.arrive(note("next word"));
  await base.advance(500);
  expect(ran).toEqual(["next word at 500", "a at 500", "word at 500", "c at 500", "e at 900"]);
  expect([clock.late, clock.pending, base.pending]).toEqual([0, 0, 0]);
});

test("stopped again before it went on, it keeps what waits; more than a system keeps for it is lost, and no timer is", async () => {
  const base = new VirtualClock();
  const clock = new LifeClock(base);
  let ran = 0;
  clock.freeze();
  clock.timer(1, () => ran++);
  for (let i = 0; i < 10_000; i++) clock.arrive(() => ran++);
  await base.advance(10);
  clock.thaw();
  clock.freeze();
  await base.advance(10);
  expect(ran).toBe(0);
  clock.thaw();
  await base.advance(10);
  expect(ran).toBe(4_097);
});

test("what waits dies with the process", async () => {
  const base = new VirtualClock();
  const clock = new LifeClock(base);
  let ran = 0;
  clock.timer(1, () => ran++);
  clock.freeze();
  clock.arrive(() => ran++);
  await base.advance(10);
  clock.die();
  clock.thaw();
  clock.arrive(() => ran++);
  await base.advance(10);
  expect([ran, clock.late, base.pending]).toEqual([0, 0, 0]);
});

test.each([true, false])("a whole node notices that its process stood still (stopped: %s)", async (isStopped) => {
  const clock = new VirtualClock();
  const network = new DatagramNetwork({ clock, seed: 1 });
  const wakes: SwarmEvents["swarm:wake"][] = [];
  const node = new MortalNode({
    name: "n0",
    clock,
    random: new SeededRandom(1),
    durable: false,
    plugins: ({ death, clock: own }) => [
      use(datagramPlugin({ network, death, id: "road", arrive: (run) => own.arrive(run) })),
    ],
    furnish: ({ swarm }) => void swarm.on("swarm:wake", (detail) => wakes.push(detail)),
    heard: () => undefined,
  });
  void node.boot();
  await clock.runUntil(() => node.life?.swarm.state === "started", 10_000);
  if (isStopped) node.life?.clock.freeze();
  await clock.advance(6_000);
  node.life?.clock.thaw();
  await clock.advance(1_000);
  expect(wakes.map(({ cause }) => cause)).toEqual(isStopped ? ["sleep"] : []);
  node.crash("kill");
});

import { expect, test } from "vitest";
import type { Clock, Connection, TransportState } from "../../src/index.ts";
import { type Condition, ConnectionShelf, SessionTransport, Sightings } from "../../src/medium/index.ts";
import { HandClock, settle } from "../hand-clock.ts";

const never = new AbortController().signal;
const accept = () => {};

/** Its sessions are up when `up` is called; what happens to them is told in `log`. */
class Toy extends SessionTransport<{ readonly condition: Condition; close(reason: string): Promise<void> }> {
  readonly id = "toy";
  readonly log: string[] = [];
  state0: TransportState = "initializing";
  fails = false;

  constructor(clock: Clock) {
    super(clock, 1_000);
  }

  up(): void {
    this.state0 = "ready";
    this.tell();
  }

  async begin() {
    await Promise.resolve();
    if (this.fails) throw new Error("no luck");
    this.log.push("open");
    const condition = () => ({ state: this.state0, lastError: undefined });
    return {
      get condition() {
        return condition();
      },
      close: async (reason: string) => void this.log.push(reason),
    };
  }
}

test("open resolves with the first dial, or when its time is over and the state still says so", async () => {
  const clock = new HandClock();
  const toy = new Toy(clock);
  const states: TransportState[] = [];
  toy.onState((state) => states.push(state));
  let isOpen = false;
  const opening = toy.open(accept, { signal: never }).then(() => (isOpen = true));
  await clock.advance(999);
  expect([isOpen, toy.state]).toEqual([false, "initializing"]);
  await clock.advance(1);
  await opening;
  expect([toy.state, clock.pending]).toEqual(["initializing", 0]);
  toy.up();
  await toy.close({ signal: never });
  expect([states, toy.log, toy.session]).toEqual([
    ["initializing", "ready", "idle"],
    ["open", "the node stops"],
    undefined,
  ]);
  toy.state0 = "ready";
  await toy.open(accept, { signal: never });
  await toy.open(accept, { signal: never });
  expect([toy.log.length, clock.pending]).toEqual([3, 0]);
});

test("an opening that is called off leaves nothing; one that fails says why, and the transport rests", async () => {
  const toy = new Toy(new HandClock());
  const stop = new AbortController();
  const opening = toy.open(accept, { signal: stop.signal });
  await settle();
  stop.abort("called off");
  await expect(opening).rejects.toBe("called off");
  expect([toy.state, toy.session, toy.log]).toEqual(["idle", undefined, ["open", "opening was called off"]]);
  toy.fails = true;
  await expect(toy.open(accept, { signal: never })).rejects.toThrow("no luck");
  expect(toy.state).toBe("idle");
});

test("a close that comes while it opens waits for it, and wins", async () => {
  const toy = new Toy(new HandClock());
  toy.state0 = "ready";
  await Promise.all([toy.open(accept, { signal: never }), toy.close({ signal: never })]);
  expect([toy.log, toy.state]).toEqual([["open", "the node stops"], "idle"]);
});

function toyConnection() {
  const closed = Promise.withResolvers<{ by: "local"; detail: string }>();
  const close = async (detail = "") => closed.resolve({ by: "local", detail });
  return { closed: closed.promise, close } as Partial<Connection> as Connection;
}

test("a shelf counts what is under way, and has no more than it may", async () => {
  let changes = 0;
  const shelf = new ConnectionShelf(2, () => (changes += 1));
  const kept = toyConnection();
  shelf.keep(kept, "by bob");
  const underWay = Promise.withResolvers<void>();
  const dial = shelf.dial(() => underWay.promise);
  expect([shelf.size, shelf.hasRoom, shelf.hasBy("by bob"), shelf.hasBy("by eve")]).toEqual([1, false, true, false]);
  await expect(shelf.dial(async () => {})).rejects.toMatchObject({ code: "DIAL_FAILED" });
  underWay.reject(new Error("no luck"));
  await expect(dial).rejects.toThrow("no luck");
  expect(shelf.hasRoom).toBe(true);
  shelf.keep(toyConnection());
  await shelf.close("over");
  await settle();
  expect([shelf.size, changes, await kept.closed]).toEqual([0, 4, { by: "local", detail: "over" }]);
});

test("what is seen again before it is taken is taken once; of too much the oldest give way", async () => {
  const sightings = new Sightings();
  const seen = sightings.watch(never);
  const tell = (...peers: readonly string[]) => {
    for (const peer of peers) sightings.tell({ peer, addresses: [], source: "toy" });
  };
  const take = async (most: number) => {
    const taken: unknown[] = [];
    while (taken.length < most) taken.push((await seen.next()).value?.peer);
    return taken;
  };
  const few = take(3);
  tell("alice", "bob", "alice", "carol");
  expect(await few).toEqual(["bob", "alice", "carol"]);
  const many = Array.from({ length: 256 }, (_, at) => `peer-${at}`);
  tell("dora", ...many);
  expect(await take(256)).toEqual(many);
});

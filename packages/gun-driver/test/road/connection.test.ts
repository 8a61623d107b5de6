import type { Clock, CloseReason } from "@swarm-space/core";
import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Carrier } from "../../src/road/carrier.ts";
import { decodePacket } from "../../src/road/packet.ts";
import { VirtualConnection } from "../../src/road/virtual-connection.ts";

const never = new AbortController().signal;

interface Faults {
  readonly loss: number;
  readonly twice: number;
  readonly jitterMs: number;
}

/** Two connections joined by a medium that loses, repeats and reorders packets. @param others the clock of the second */
function pair(clock: VirtualClock, random: SeededRandom, faults: () => Faults, others: Clock = clock) {
  const ends: VirtualConnection[] = [];
  const discarded: string[] = [];
  const waiting = new Set<string>();
  let count = 0;
  const carry = (to: number, bytes: Uint8Array) => {
    const { loss, twice, jitterMs } = faults();
    if (random.float() < loss) return;
    for (let copies = random.float() < twice ? 2 : 1; copies > 0; copies -= 1) {
      clock.timer(5 + random.float() * jitterMs, () => {
        const packet = decodePacket(bytes);
        const end = ends[to];
        if (packet?.kind === "data") end?.onData(packet.sequence, packet.ack, packet.body);
        else if (packet?.kind === "ack") end?.onAck(packet.ack);
        else if (packet?.kind === "close") end?.onClose(packet.detail);
      });
    }
  };
  const carrier = (to: number): Carrier => ({
    relay: "ws://relay/gun",
    remote: "test",
    bufferedBytes: 0,
    put: (bytes) => {
      carry(to, bytes);
      count += 1;
      const key = `key ${count}`;
      waiting.add(key);
      return key;
    },
    putOnce: (bytes) => carry(to, bytes),
    putAck: (bytes) => carry(to, bytes),
    discard: (keys) => {
      for (const key of keys) waiting.delete(key);
      discarded.push(...keys);
    },
    end: () => undefined,
  });
  const parts = {
    transport: "gun",
    frameBytes: 1_024,
    bufferBytes: 16_384,
    graceMs: 500,
    lostMs: 8_000,
    probeMs: 10_000,
  };
  const make = (to: number, clock: Clock) =>
    new VirtualConnection({ ...parts, clock, carrier: carrier(to), remoteId: "R".repeat(12) });
  ends.push(make(1, clock), make(0, others));
  const [one, other] = ends;
  if (!one || !other) throw new Error("two ends");
  return { one, other, waiting };
}

const calm: Faults = { loss: 0, twice: 0, jitterMs: 0 };

interface Run {
  readonly frames: number;
  readonly got: readonly number[];
  /** Keys that nobody ended. */
  readonly kept: number;
  readonly lost: boolean;
  /** Timers left after both ends closed. */
  readonly timers: number;
}

/** Sends numbered frames through faults until all came or the connection is over. */
async function run(seed: number, faults: Faults, frames: number): Promise<Run> {
  const clock = new VirtualClock();
  const { one, other, waiting } = pair(clock, new SeededRandom(seed), () => faults);
  const got: number[] = [];
  let lost = false;
  void Promise.race([one.closed, other.closed]).then(() => {
    lost = true;
  });
  other.read((frame) => got.push(new DataView(frame.buffer, frame.byteOffset).getUint32(0)));
  for (let index = 0; index < frames && !lost; index += 1) {
    const frame = new Uint8Array(64);
    new DataView(frame.buffer).setUint32(0, index);
    one.send(frame);
    if (index % 7 === 0) await clock.advance(3);
  }
  const over = () => lost || (got.length === frames && waiting.size === 0);
  for (let rounds = 0; !over() && rounds < 5_000; rounds += 1) await clock.advance(100);
  const outcome = { frames, got, kept: waiting.size, lost };
  await one.close();
  await other.close();
  await clock.advance(1_000);
  return { ...outcome, timers: clock.pending };
}

const faultsUpTo = (loss: number) =>
  fc.record({
    loss: fc.double({ min: 0, max: loss, noNaN: true }),
    twice: fc.double({ min: 0, max: 0.5, noNaN: true }),
    jitterMs: fc.nat(100),
  });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** As in a page that is hidden for long: timers fire at full minutes alone. */
function hidden(clock: VirtualClock): Clock {
  const minuteMs = 60_000;
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    timer: (delayMs, fn) => {
      const dueAt = Math.ceil((clock.now() + delayMs) / minuteMs) * minuteMs;
      return clock.timer(dueAt - clock.now(), fn);
    },
  };
}

test("a side whose timers run once a minute, as a hidden page's, is not taken for dead", async () => {
  const clock = new VirtualClock();
  const { one, other } = pair(clock, new SeededRandom(1), () => calm, hidden(clock));
  const ends: CloseReason[] = [];
  for (const end of [one, other]) void end.closed.then((reason) => ends.push(reason));
  const got: number[] = [];
  other.read((frame) => got.push(frame[0] ?? -1));
  for (let index = 0; index < 36; index += 1) {
    one.send(new Uint8Array([index]));
    await clock.advance(5_000);
  }
  // A while in which there is nothing but probes.
  await clock.advance(180_000);
  expect(ends).toEqual([]);
  expect(got).toEqual(upTo(36));
  await one.close();
  await other.close();
});

test("loss, repeats and reordering: every frame once and in order, every key ended, no timer left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), faultsUpTo(0.08), fc.integer({ min: 1, max: 300 }), async (seed, faults, frames) => {
      const { got, kept, lost, timers } = await run(seed, faults, frames);
      expect({ got, kept, lost, timers }).toEqual({ got: upTo(frames), kept: 0, lost: false, timers: 0 });
    }),
    { numRuns: 25 },
  );
});

test("however bad the medium: in order, once, and nothing missing but the end of a connection that is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), faultsUpTo(0.7), fc.integer({ min: 1, max: 100 }), async (seed, faults, frames) => {
      const { got, lost, timers } = await run(seed, faults, frames);
      expect(got).toEqual(upTo(got.length));
      expect(lost || got.length === frames).toBe(true);
      expect(timers).toBe(0);
    }),
    { numRuns: 25 },
  );
});

test("backpressure: send says stop, and drained resolves when there is room", async () => {
  const clock = new VirtualClock();
  const { one, other } = pair(clock, new SeededRandom(1), () => calm);
  let got = 0;
  other.read(() => {
    got += 1;
  });
  let sent = 0;
  for (let roomy = true; roomy && sent < 5_000; sent += 1) roomy = one.send(new Uint8Array(1_000));
  expect(sent).toBeLessThan(5_000);
  expect(one.bufferedBytes).toBeGreaterThanOrEqual(16_384);
  let drained = false;
  void one.drained({ signal: never }).then(() => {
    drained = true;
  });
  await clock.advance(1_000);
  expect(drained).toBe(true);
  expect(got).toBe(sent);
  expect(one.bufferedBytes).toBe(0);
  const reason = new Error("enough");
  for (let roomy = true; roomy; ) roomy = one.send(new Uint8Array(1_000));
  await expect(one.drained({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a side that falls silent is lost, whether frames are out or not", async () => {
  for (const busy of [true, false]) {
    const clock = new VirtualClock();
    let faults = calm;
    const { one } = pair(clock, new SeededRandom(2), () => faults);
    await clock.advance(100);
    faults = { ...calm, loss: 1 };
    if (busy) one.send(new Uint8Array(10));
    let reason: CloseReason | undefined;
    void one.closed.then((given) => {
      reason = given;
    });
    await clock.advance(7_000);
    expect(reason).toBeUndefined();
    await clock.advance(15_000);
    expect(reason?.by).toBe("lost");
    expect(() => one.send(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  }
});

test("an idle connection is probed and stays", async () => {
  const clock = new VirtualClock();
  const { one, other } = pair(clock, new SeededRandom(3), () => calm);
  let over = false;
  void Promise.race([one.closed, other.closed]).then(() => {
    over = true;
  });
  await clock.advance(300_000);
  expect(over).toBe(false);
});

test("a link that is back within the grace costs nothing; one that is not ends the connection as lost", async () => {
  const clock = new VirtualClock();
  let faults = calm;
  const { one, other } = pair(clock, new SeededRandom(4), () => faults);
  let got = 0;
  other.read(() => {
    got += 1;
  });
  one.linkDown("cut");
  faults = { ...calm, loss: 1 };
  one.send(new Uint8Array(10));
  await clock.advance(400);
  faults = calm;
  one.linkUp();
  await clock.advance(100);
  expect(got).toBe(1);
  one.linkDown("cut again");
  await clock.advance(501);
  expect(await one.closed).toMatchObject({ by: "lost" });
});

test("the link's end and return are told, but not where another socket takes its place at once; nothing is told of what is over", async () => {
  const clock = new VirtualClock();
  const { one } = pair(clock, new SeededRandom(4), () => calm);
  const told: boolean[] = [];
  const end = one.onInterrupted((isInterrupted) => void told.push(isInterrupted));
  one.linkDown("silent; another socket takes its place");
  one.linkUp();
  await clock.advance(10);
  expect(told).toEqual([]);
  one.linkDown("cut");
  await clock.advance(0);
  expect(told).toEqual([true]);
  const late: boolean[] = [];
  one.onInterrupted((isInterrupted) => void late.push(isInterrupted));
  one.linkUp();
  await clock.advance(0);
  expect([told, late]).toEqual([
    [true, false],
    [true, false],
  ]);
  end();
  end();
  one.linkDown("cut again");
  await one.close();
  await clock.advance(1_000);
  expect([told.length, late.length]).toEqual([2, 2]);
});

test("a reader that sends from within keeps the order; one that throws closes its own connection alone", async () => {
  const clock = new VirtualClock();
  const { one, other } = pair(clock, new SeededRandom(5), () => calm);
  const echoed: number[] = [];
  other.read((frame) => void other.send(frame));
  one.read((frame) => void echoed.push(frame[0] ?? 0));
  for (let index = 0; index < 50; index += 1) one.send(Uint8Array.of(index));
  await clock.advance(1_000);
  expect(echoed).toEqual(Array.from({ length: 50 }, (_, index) => index));
  one.read(() => {
    throw new Error("a reader's fault");
  });
  one.send(Uint8Array.of(1));
  await clock.advance(1_000);
  expect(await one.closed).toEqual({ by: "local", detail: "the reader threw" });
  expect((await other.closed).by).toBe("remote");
});

test("without a reader frames wait, bounded, and are not lost", async () => {
  const clock = new VirtualClock();
  const { one, other } = pair(clock, new SeededRandom(6), () => calm);
  for (let index = 0; index < 2_000; index += 1) one.send(new Uint8Array(1_000));
  await clock.advance(2_000);
  expect(one.bufferedBytes).toBeGreaterThan(0);
  let got = 0;
  other.read(() => {
    got += 1;
  });
  await clock.advance(10_000);
  expect(got).toBe(2_000);
});

import type { Connection, Target } from "@swarm-space/core";
import { expectCode, expectEqual, expectReason, expectTrue } from "./expectation.ts";
import type { Stand, TransportCheck } from "./transport-check.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, numberOf, type TransportStage } from "./transport-stage.ts";

/** Dialling, being dialled, and calling it off. */
export const transportDialChecks: readonly TransportCheck[] = [
  {
    promise: "`roadsTo` answers within the call, the same each time, and dials nothing",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const target = there.target();
      const shown = JSON.stringify(target);
      const before = here.transport.state;
      const first = here.transport.roadsTo(target);
      expectTrue(Array.isArray(first) && first.length > 0, "roadsTo gives a list of roads to who is open");
      for (let round = 0; round < 100; round += 1)
        expectEqual(here.transport.roadsTo(target), first, "roads asked for again");
      await stage.quiet();
      expectEqual(there.accepted.length, 0, "connections made by asking for roads");
      expectEqual(here.transport.state, before, "the state after asking for roads");
      expectEqual(JSON.stringify(target), shown, "the target that was asked for");
    },
  },
  {
    promise: "`roadsTo` is empty where a target names no address of this transport, and no peer",
    async run(stage) {
      const here = await stage.open();
      const targets: readonly Target[] = [
        { addresses: [] },
        { addresses: [{ transport: "another-transport", value: here.transport.addresses()[0]?.value ?? "" }] },
      ];
      for (const target of targets) expectEqual(here.transport.roadsTo(target), [], "roads to nowhere");
    },
  },
  {
    promise: "`connect` gives one end, and `accept` is given the other, once",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      await expectEcho(stage, near, far);
      await stage.quiet();
      expectEqual([here.accepted.length, there.accepted.length], [0, 1], "connections given to accept");
    },
  },
  {
    promise: "a connection can be used at once: what each side sends first arrives, also from within `accept`",
    async run(stage) {
      const there = await stage.open((far) => void far.send(numbered(2)));
      const near = await stage.dial(await stage.open(), there.target());
      near.send(numbered(1));
      const atNear = listen(near);
      await stage.until(() => there.accepted.length > 0, "accept is given the other end");
      const [far] = there.accepted;
      const atFar = far === undefined ? { frames: [] } : listen(far);
      await stage.hears(atNear, 1);
      await stage.hears(atFar, 1);
      expectEqual([...atNear.frames, ...atFar.frames].map(numberOf), [2, 1], "the first frames");
    },
  },
  {
    promise: "a dial whose signal has aborted rejects with the signal's reason, and nobody is dialled",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const reason = new Error("called off before");
      const dialled = stage.call(here, there.target(), AbortSignal.abort(reason));
      await expectReason(stage.within(dialled, "an aborted dial"), reason, "an aborted dial");
      await stage.quiet();
      expectEqual(there.accepted.length, 0, "connections of an aborted dial");
    },
  },
  {
    promise: "a dial that is aborted at any moment rejects with the signal's reason, if it had not ended before",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      for (const moment of moments) await dialAndAbort(stage, here, there, moment);
    },
  },
  {
    promise: "an aborted dial leaves nothing half-open: what the other side accepted closes, and dials go on",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      for (const moment of moments) {
        const dialled = await dialAndAbort(stage, here, there, moment);
        await dialled?.close();
      }
      await stage.quiet();
      const ended = Promise.all(there.accepted.map(({ closed }) => closed));
      await stage.within(ended, "closed of every connection whose dial was called off", stage.limits.lostWithinMs);
      const { near, far } = await stage.join(here, there);
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "a dial to where nobody is rejects with PEER_ABSENT or DIAL_FAILED, in time",
    long: true,
    async run(stage) {
      await expectAbsence(stage, ["PEER_ABSENT", "DIAL_FAILED"]);
    },
  },
  {
    promise: "where the medium knows that nobody is there, the code is PEER_ABSENT, and the way stands for others",
    needs: "tellsAbsence",
    long: true,
    async run(stage) {
      const here = await expectAbsence(stage, ["PEER_ABSENT"]);
      const { near, far } = await stage.join(here, await stage.open());
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "a road that the transport does not have is refused by DIAL_FAILED",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      for (const road of ["no-such-road", "", "__proto__"]) {
        const dial = () => here.transport.connect(there.target(), road, { signal: stage.signal });
        await expectCode(() => stage.within(dial(), "connect"), ["DIAL_FAILED"], `the road ${JSON.stringify(road)}`);
      }
      expectEqual(there.accepted.length, 0, "connections by roads that are none");
    },
  },
  {
    promise: "addresses of no sense give no road, or a dial that rejects with its code; nothing throws or hangs",
    async run(stage) {
      const here = await stage.open();
      const { id } = here.transport;
      for (const value of ["", "\0", "__proto__", "x".repeat(1_024), "http://[", "../..", "💥"]) {
        const target: Target = { addresses: [{ transport: id, value }] };
        if (here.transport.roadsTo(target).length === 0) continue;
        const dial = () => stage.dial(here, target);
        await expectCode(dial, ["PEER_ABSENT", "DIAL_FAILED", "TRANSPORT_UNAVAILABLE"], `a dial to ${show(value)}`);
      }
      const { near, far } = await stage.join(here, await stage.open());
      await expectEcho(stage, near, far);
    },
  },
];

/** Turns of the microtask queue, then milliseconds, after which a dial is called off. */
const moments: readonly { readonly turns: number; readonly ms: number }[] = [
  ...[0, 1, 2, 3, 5, 8, 13].map((turns) => ({ turns, ms: 0 })),
  ...[1, 2, 3, 5, 10, 20].map((ms) => ({ turns: 0, ms })),
];
/** Microtasks that a dial which has succeeded may take until its caller hears. */
const graceTurns = 64;

/** @returns the connection of a dial that was sooner than its abort */
async function dialAndAbort(
  stage: TransportStage,
  here: Stand,
  there: Stand,
  { turns: before, ms }: (typeof moments)[number],
): Promise<Connection | undefined> {
  const abort = new AbortController();
  const reason = new Error("called off");
  const outcome: { connection?: Connection; error?: unknown } = {};
  const dialled = stage.call(here, there.target(), abort.signal).then(
    (connection) => {
      outcome.connection = connection;
    },
    (error: unknown) => {
      outcome.error = error;
    },
  );
  await turns(before);
  if (ms > 0) await stage.settles(dialled, ms);
  abort.abort(reason);
  await turns(graceTurns);
  const isLate = outcome.connection === undefined;
  await stage.within(dialled, "a dial that was called off");
  if (outcome.connection !== undefined) {
    expectTrue(!isLate, "a dial that is called off does not give a connection afterwards");
    return outcome.connection;
  }
  expectTrue(
    outcome.error === reason,
    `a dial that is called off rejects with the reason, not ${String(outcome.error)}`,
  );
  return undefined;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

async function expectAbsence(stage: TransportStage, codes: readonly string[]): Promise<Stand> {
  const here = await stage.open();
  const target = (await stage.harness.absent?.()) ?? (await absentTarget(stage));
  await expectCode(() => stage.dial(here, target), codes, "a dial to where nobody is");
  return here;
}

async function absentTarget(stage: TransportStage): Promise<Target> {
  const gone = await stage.open();
  const target = gone.target();
  await stage.within(gone.transport.close({ signal: stage.signal }), "close");
  return target;
}

function show(value: string): string {
  return JSON.stringify(value.slice(0, 20));
}

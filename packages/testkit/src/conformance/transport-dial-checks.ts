import type { Connection, Target } from "@swarm-space/core";
import { expectCode, expectEqual, expectReason, expectTrue } from "./expectation.ts";
import type { Stand, TransportCheck } from "./transport-check.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, numberOf, type TransportStage, upTo } from "./transport-stage.ts";

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
  {
    promise: "a dial after the rendezvous went away is refused by TRANSPORT_UNAVAILABLE, never by the peer's codes",
    needs: "rendezvous",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const target = there.target();
      const [road = ""] = here.transport.roadsTo(target);
      const back = await stage.harness.takeRendezvousAway?.();
      await stage.until(() => isTroubled(here), "the state tells that the rendezvous is away");
      const dial = () => stage.within(here.transport.connect(target, road, { signal: stage.signal }), "connect");
      await expectCode(dial, ["TRANSPORT_UNAVAILABLE"], "a dial without rendezvous");
      await back?.();
    },
  },
  {
    promise:
      "while the rendezvous is away the state is degraded or error, with the reason in words; once back, dials work",
    needs: "rendezvous",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const back = await stage.harness.takeRendezvousAway?.();
      for (const stand of [here, there]) {
        await stage.until(() => isTroubled(stand), "the state tells that the rendezvous is away");
        expectTrue((stand.transport.lastError ?? "").length > 0, "lastError says why, in words");
      }
      await back?.();
      for (const stand of [here, there])
        await stage.until(() => !isTroubled(stand), "the state tells that the rendezvous is back");
      expectTrue(here.transport.lastError === undefined, "lastError is gone when all is well");
      const { near, far } = await stage.join(here, there);
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "both dial each other at once: both dials end well, and no frame crosses over to the other connection",
    async run(stage) {
      const [one, other] = [await stage.open(), await stage.open()];
      const dials = Promise.all([
        stage.call(one, other.target(), stage.signal),
        stage.call(other, one.target(), stage.signal),
      ]);
      const [byOne, byOther] = await stage.within(dials, "both dials");
      await stage.until(() => one.accepted.length > 0 && other.accepted.length > 0, "both accept");
      const heard = [byOne, byOther, ...one.accepted, ...other.accepted].map(listen);
      byOne.send(numbered(1));
      byOther.send(numbered(2));
      await stage.until(() => heard.filter(({ frames }) => frames.length > 0).length === 2, "both frames arrive");
      await stage.quiet();
      const read = heard.map(({ frames }) => frames.map(numberOf));
      expectEqual(read, [[], [], [2], [1]], "frames by connection");
    },
  },
  {
    promise: "many connections between two at once each carry their own frames",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const dials = upTo(12).map(() => stage.call(here, there.target(), stage.signal));
      const connections = await stage.within(Promise.all(dials), "twelve dials");
      for (const [index, near] of connections.entries()) near.send(numbered(index));
      await stage.until(() => there.accepted.length === 12, "twelve connections are accepted");
      const heard = there.accepted.map(listen);
      await stage.until(() => heard.every(({ frames }) => frames.length > 0), "each has its frame");
      await stage.quiet();
      const read = heard.map(({ frames }) => frames.map(numberOf).join()).sort((a, b) => Number(a) - Number(b));
      expectEqual(read, upTo(12).map(String), "what each of twelve connections read");
    },
  },
  {
    promise: "many who dial one at once all get through, and each is answered for itself",
    async run(stage) {
      const there = await stage.open((far) => far.read((frame) => void far.send(frame)));
      const stands: Stand[] = [];
      for (let count = 0; count < 8; count += 1) stands.push(await stage.open());
      const dials = stands.map((stand) => stage.call(stand, there.target(), stage.signal));
      const connections = await stage.within(Promise.all(dials), "eight dials");
      const heard = connections.map(listen);
      for (const [index, near] of connections.entries()) near.send(numbered(index));
      await stage.until(() => heard.every(({ frames }) => frames.length > 0), "each is answered");
      expectEqual(
        heard.map(({ frames }) => frames.map(numberOf)),
        upTo(8).map((index) => [index]),
        "answers by dialler",
      );
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

function isTroubled({ transport }: Stand): boolean {
  return transport.state === "degraded" || transport.state === "error";
}

function show(value: string): string {
  return JSON.stringify(value.slice(0, 20));
}

import type { Connection, TransportState } from "@swarm-space/core";
import { expectCode, expectEqual, expectReason, expectTrue } from "./expectation.ts";
import type { TransportCheck } from "./transport-check.ts";
import { listen, numbered, type TransportStage } from "./transport-stage.ts";

const words: readonly TransportState[] = ["idle", "initializing", "ready", "active", "degraded", "error"];

/** Opening, closing, doing so again, and the words for it. */
export const transportLifeChecks: readonly TransportCheck[] = [
  {
    promise: "a transport that was never opened is idle, has no address, and refuses dials by TRANSPORT_UNAVAILABLE",
    async run(stage) {
      const there = await stage.open();
      const { transport } = await stage.make();
      expectEqual(transport.state, "idle", "the state before open");
      expectEqual(transport.addresses(), [], "addresses before open");
      expectEqual(transport.roadsTo(there.target()), [], "roads before open");
      const [road = ""] = there.transport.roadsTo(there.target());
      const dial = () => stage.within(transport.connect(there.target(), road, { signal: stage.signal }), "connect");
      await expectCode(dial, ["TRANSPORT_UNAVAILABLE"], "a dial before open");
    },
  },
  {
    promise: "once `open` resolved the transport says so, can dial, and can be dialled at what `addresses` tells",
    async run(stage) {
      const there = await stage.open();
      const here = await stage.open();
      for (const { transport } of [here, there]) {
        expectTrue(["ready", "active"].includes(transport.state), `open, but the state is ${transport.state}`);
        expectTrue(transport.addresses().length > 0, "an open transport has an address");
      }
      const { near, far } = await stage.join(here, there);
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "an `open` whose signal has aborted rejects with the signal's reason and opens nothing",
    async run(stage) {
      const { transport } = await stage.make();
      const reason = new Error("called off before");
      const opening = transport.open(() => undefined, { signal: AbortSignal.abort(reason) });
      await expectReason(stage.within(opening, "an aborted open"), reason, "an aborted open");
      expectEqual(transport.state, "idle", "the state after an aborted open");
      expectEqual(transport.addresses(), [], "addresses after an aborted open");
    },
  },
  {
    promise: "an `open` that is aborted under way is undone, and can be made again",
    async run(stage) {
      const node = await stage.make();
      const abort = new AbortController();
      const reason = new Error("called off");
      const opening = node.transport.open(() => undefined, { signal: abort.signal });
      abort.abort(reason);
      const error: unknown = await stage.within(opening.then(none, itself), "an aborted open");
      // It may have been open before the abort came.
      if (error === undefined) await stage.within(node.transport.close({ signal: stage.signal }), "close");
      else expectTrue(error === reason, `an aborted open rejects with the signal's reason, not with ${String(error)}`);
      expectEqual(node.transport.state, "idle", "the state after an open that was called off");
      expectEqual(node.transport.addresses(), [], "addresses after an open that was called off");
      const { near, far } = await stage.join(await stage.openNode(node), await stage.open());
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "opening what is open is harmless, or refused by TRANSPORT_OPEN_FAILED; what stood goes on",
    async run(stage) {
      const { here, near, far } = await stage.pair();
      const again = here.transport.open(() => undefined, { signal: stage.signal });
      const error: unknown = await stage.within(again.then(none, itself), "a second open");
      if (error !== undefined)
        await expectCode(() => Promise.reject(error), ["TRANSPORT_OPEN_FAILED"], "a second open");
      await expectEcho(stage, near, far);
    },
  },
  {
    promise: "closed and opened again, three times over, it dials and is dialled as the first time",
    async run(stage) {
      const [one, other] = [await stage.make(), await stage.make()];
      for (let round = 0; round < 3; round += 1) {
        const [here, there] = [await stage.openNode(one), await stage.openNode(other)];
        const { near, far } = await stage.join(here, there);
        await expectEcho(stage, near, far);
        const closings = [one, other].map(({ transport }) => transport.close({ signal: stage.signal }));
        await stage.within(Promise.all(closings), "close");
      }
    },
  },
  {
    promise: "closing twice, twice at once, or without having opened, is harmless",
    async run(stage) {
      const never = await stage.make();
      const { transport } = await stage.open();
      const { signal } = stage;
      await stage.within(never.transport.close({ signal }), "close without open");
      await stage.within(
        Promise.all([transport.close({ signal }), transport.close({ signal })]),
        "close twice at once",
      );
      await stage.within(transport.close({ signal }), "close again");
      expectEqual([never.transport.state, transport.state], ["idle", "idle"], "states after closing");
    },
  },
  {
    promise: "`close` ends every connection: `closed` settles here by local, and there",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      const back = await stage.join(there, here);
      await stage.within(here.transport.close({ signal: stage.signal }), "close");
      for (const own of [near, back.far])
        expectEqual((await stage.within(own.closed, "closed, here")).by, "local", "who closed, here");
      for (const other of [far, back.near]) {
        const { by } = await stage.within(other.closed, "closed, there", stage.limits.lostWithinMs);
        expectTrue(["remote", "lost"].includes(by), `the other side's transport closed, but by is ${by}`);
      }
    },
  },
  {
    promise: "after `close` it is idle, has no address and no road, and refuses dials by TRANSPORT_UNAVAILABLE",
    async run(stage) {
      const { here, there } = await stage.pair();
      const [road = ""] = here.transport.roadsTo(there.target());
      await stage.within(here.transport.close({ signal: stage.signal }), "close");
      expectEqual(here.transport.state, "idle", "the state after close");
      expectEqual(here.transport.addresses(), [], "addresses after close");
      expectEqual(here.transport.roadsTo(there.target()), [], "roads after close");
      const dial = () =>
        stage.within(here.transport.connect(there.target(), road, { signal: stage.signal }), "connect");
      await expectCode(dial, ["TRANSPORT_UNAVAILABLE"], "a dial after close");
    },
  },
  {
    promise: "a dial that is under way when its transport closes ends: it rejects, or its connection is closed",
    async run(stage) {
      const [here, there] = [await stage.open(), await stage.open()];
      const dialled = stage.call(here, there.target(), stage.signal).then(itself, none);
      await stage.within(here.transport.close({ signal: stage.signal }), "close");
      const connection = await stage.within(dialled, "the dial");
      if (isConnection(connection)) await stage.within(connection.closed, "closed of what was dialled");
      const ended = Promise.all(there.accepted.map(({ closed }) => closed));
      await stage.within(ended, "closed of what was accepted", stage.limits.lostWithinMs);
    },
  },
  {
    promise: "`onState` tells each change once, in order, while it holds; until it is unsubscribed, twice harmless",
    async run(stage) {
      const node = await stage.make();
      const told: TransportState[] = [node.transport.state];
      const early: TransportState[] = [];
      const undo = node.transport.onState((state) => {
        told.push(state);
        if (node.transport.state !== state) early.push(state);
      });
      const here = await stage.openNode(node);
      await stage.join(here, await stage.open());
      expectTrue(told.length > 1, "opening is told to who listens");
      expectEqual(told.at(-1), node.transport.state, "the state told last");
      undo();
      undo();
      const count = told.length;
      await stage.within(node.transport.close({ signal: stage.signal }), "close");
      expectEqual(told.length, count, "states told after unsubscribing");
      expectEqual(early, [], "states told before they held");
      expectTrue(
        told.every((state, at) => state !== told[at - 1]),
        `no state is told twice running: ${told.join(", ")}`,
      );
    },
  },
  {
    promise: "two who listen to the state are told apart: when one leaves, the other is told on",
    async run(stage) {
      const node = await stage.make();
      const [left, stayed]: TransportState[][] = [[], []];
      const undo = node.transport.onState((state) => void left?.push(state));
      node.transport.onState((state) => void stayed?.push(state));
      undo();
      await stage.openNode(node);
      expectEqual(left, [], "states told to who left");
      expectTrue((stayed?.length ?? 0) > 0, "who stayed is told");
    },
  },
  {
    promise: "`state` is one of the six words at every moment of a life",
    async run(stage) {
      const node = await stage.make();
      const seen: string[] = [node.transport.state];
      node.transport.onState((state) => void seen.push(state));
      const here = await stage.openNode(node);
      const { near } = await stage.join(here, await stage.open());
      seen.push(node.transport.state);
      await stage.within(near.close(), "close of a connection");
      await stage.within(node.transport.close({ signal: stage.signal }), "close");
      seen.push(node.transport.state);
      const wrong = seen.filter((state) => !words.some((word) => word === state));
      expectEqual(wrong, [], "words that are no states");
    },
  },
  {
    promise: "two transports of one process share nothing: closing one leaves the other's connections and state",
    async run(stage) {
      const [one, other, third] = [await stage.open(), await stage.open(), await stage.open()];
      await stage.join(one, third);
      const { near, far } = await stage.join(other, third);
      await stage.within(one.transport.close({ signal: stage.signal }), "close");
      expectTrue(other.transport.state !== "idle", "another transport's close makes this one idle");
      await expectEcho(stage, near, far);
      await expectEcho(stage, far, near);
    },
  },
];

/** A frame goes there and the same comes back. */
export async function expectEcho(stage: TransportStage, near: Connection, far: Connection): Promise<void> {
  const heard = listen(near);
  far.read((frame) => void far.send(frame));
  near.send(numbered(7));
  await stage.hears(heard, 1, "a frame comes back");
  expectEqual([...(heard.frames[0] ?? [])], [...numbered(7)], "a frame that came back");
}

function none(): undefined {
  return undefined;
}

function itself<Value>(value: Value): Value {
  return value;
}

function isConnection(value: Connection | undefined): value is Connection {
  return value !== undefined;
}

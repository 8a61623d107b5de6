import { type CloseReason, type Connection, SwarmError } from "@swarm-space/core";
import { expectEqual, expectTrue } from "./expectation.ts";
import type { TransportCheck } from "./transport-check.ts";
import { expectInOrder } from "./transport-frame-checks.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, type TransportStage, upTo } from "./transport-stage.ts";

/** How connections end. */
export const transportCloseChecks: readonly TransportCheck[] = [
  {
    promise: "`close` settles `closed` on both sides: by local here, by remote there",
    async run(stage) {
      const { near, far } = await stage.pair();
      listen(far);
      await stage.within(near.close("done"), "close");
      expectEqual((await stage.within(near.closed, "closed, here")).by, "local", "who closed, here");
      expectEqual((await stage.within(far.closed, "closed, there")).by, "remote", "who closed, there");
    },
  },
  {
    promise: "the accepting side may close as well as the dialling one",
    async run(stage) {
      const { near, far } = await stage.pair();
      await stage.within(far.close(), "close");
      expectEqual((await stage.within(far.closed, "closed, here")).by, "local", "who closed, here");
      expectEqual((await stage.within(near.closed, "closed, there")).by, "remote", "who closed, there");
    },
  },
  {
    promise: "closing twice, or what is closed already, is harmless, and the first reason stays",
    async run(stage) {
      const { near, far } = await stage.pair();
      await stage.within(Promise.all([near.close("first"), near.close("second")]), "close twice at once");
      await stage.within(near.close("third"), "close again");
      const first = await stage.within(near.closed, "closed");
      await stage.within(far.closed, "closed, there");
      await stage.within(far.close("late"), "close of what the other side closed");
      expectEqual((await far.closed).by, "remote", "who closed, after a late close");
      expectEqual(await near.closed, first, "the reason, asked for again");
    },
  },
  {
    promise: "`closed` is unsettled while the connection lives, and tells one of four words and a text",
    async run(stage) {
      const { near, far } = await stage.pair();
      expectTrue(
        !(await stage.settles(Promise.race([near.closed, far.closed]))),
        "closed settles on a live connection",
      );
      await stage.within(near.close(), "close");
      for (const { closed } of [near, far]) expectReasonWhole(await stage.within(closed, "closed"));
    },
  },
  {
    promise: "`send` after the end throws CONNECTION_CLOSED, on both sides",
    async run(stage) {
      const { near, far } = await stage.pair();
      await stage.within(near.close(), "close");
      expectSendRefused(near);
      await stage.within(far.closed, "closed, there");
      expectSendRefused(far);
    },
  },
  {
    promise: "after its own `close` a reader is given no frame",
    async run(stage) {
      const { near, far } = await stage.pair();
      let isClosed = false;
      let late = 0;
      far.read(() => {
        if (isClosed) late += 1;
      });
      for (let number = 0; number < 50; number += 1) near.send(numbered(number));
      isClosed = true;
      void far.close();
      await stage.within(near.closed, "closed, there", stage.limits.lostWithinMs);
      await stage.quiet();
      expectEqual(late, 0, "frames given after close");
    },
  },
  {
    promise: "a reader that closes from within is given no further frame",
    async run(stage) {
      const { near, far } = await stage.pair();
      let count = 0;
      far.read(() => {
        count += 1;
        void far.close();
      });
      for (let number = 0; number < 20; number += 1) near.send(numbered(number));
      await stage.within(near.closed, "closed, there", stage.limits.lostWithinMs);
      await stage.quiet();
      expectEqual(count, 1, "frames given to a reader that closed at the first");
    },
  },
  {
    promise: "what `send` took before an orderly `close` arrives before the other side is told",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      let atEnd = -1;
      const ended = far.closed.then(() => {
        atEnd = heard.frames.length;
      });
      // The accepting side reads before the end comes.
      await stage.quiet();
      for (let number = 0; number < 100; number += 1) near.send(numbered(number));
      await stage.within(near.close(), "close");
      await stage.within(ended, "closed, there");
      expectEqual(atEnd, 100, "frames that came before the end");
      expectEqual((await far.closed).by, "remote", "who closed");
      expectInOrder(heard.frames, 100);
    },
  },
  {
    promise: "a close in the middle of much leaves a beginning of it, in order, with no gap",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const frames = upTo(400).map((number) => numbered(number, Math.min(4_096, near.capabilities.maxFrameBytes)));
      for (const frame of frames) near.send(frame);
      await stage.within(near.close(), "close");
      await stage.within(far.closed, "closed, there", stage.limits.lostWithinMs);
      await stage.quiet();
      expectTrue(heard.frames.length <= 400, "no frame comes twice");
      expectInOrder(heard.frames, heard.frames.length);
    },
  },
  {
    promise: "both sides close at once: both ends settle, by local or remote",
    async run(stage) {
      const { near, far } = await stage.pair();
      await stage.within(Promise.all([near.close(), far.close()]), "both close");
      for (const { closed } of [near, far]) {
        const { by } = await stage.within(closed, "closed");
        expectTrue(by === "local" || by === "remote", `both closed in order, but one end says ${by}`);
      }
    },
  },
  {
    promise: "closing one connection leaves the others, and the transport",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      const other = await stage.join(here, there);
      await stage.within(near.close(), "close");
      await stage.within(far.closed, "closed, there");
      await stage.quiet();
      await expectEcho(stage, other.near, other.far);
      const next = await stage.join(here, there);
      await expectEcho(stage, next.near, next.far);
    },
  },
  {
    promise: "a side that dies is noticed by who sends to it: `closed` settles by lost, in time",
    needs: "kill",
    long: true,
    async run(stage) {
      const { there, near } = await stage.pair();
      await stage.harness.kill?.(there.node);
      await loseSending(stage, near);
    },
  },
  {
    promise: "a side that dies is noticed also while nothing is sent, in time",
    needs: "probes",
    long: true,
    async run(stage) {
      const { there, near } = await stage.pair();
      await stage.harness.kill?.(there.node);
      const { by } = await stage.within(near.closed, "closed of a silent connection", stage.limits.lostWithinMs);
      expectEqual(by, "lost", "how a connection ends whose other side died");
    },
  },
  {
    promise: "after a loss `send` throws, `drained` resolves, and the transport serves others",
    needs: "kill",
    long: true,
    async run(stage) {
      const { here, there, near } = await stage.pair();
      await stage.harness.kill?.(there.node);
      await loseSending(stage, near);
      expectSendRefused(near);
      await stage.within(near.drained({ signal: stage.signal }), "drained after a loss");
      const { near: next, far } = await stage.join(here, await stage.open());
      await expectEcho(stage, next, far);
    },
  },
  {
    promise: "connections whose bytes the rendezvous carries are lost with it, on both sides",
    needs: "relayed",
    long: true,
    async run(stage) {
      const { near, far } = await stage.pair();
      const back = await stage.harness.takeRendezvousAway?.();
      for (const end of [near, far]) {
        const { by } = await stage.within(end.closed, "closed without rendezvous", stage.limits.lostWithinMs);
        expectEqual(by, "lost", "how a connection ends with its relay");
      }
      await back?.();
    },
  },
];

async function loseSending(stage: TransportStage, connection: Connection): Promise<void> {
  let isOver = false;
  const ended = connection.closed.then((reason) => {
    isOver = true;
    return reason;
  });
  // What is dead may be noticed at once, or when something is sent.
  if (!(await stage.settles(ended, 20)) && !isOver) connection.send(numbered(1));
  const { by } = await stage.within(ended, "closed of a dead connection", stage.limits.lostWithinMs);
  expectEqual(by, "lost", "how a connection ends whose other side died");
}

function expectSendRefused(connection: Connection): void {
  let found: unknown = "send took a frame";
  try {
    connection.send(numbered(1));
  } catch (error) {
    if (SwarmError.is(error) && error.code === "CONNECTION_CLOSED") return;
    found = error;
  }
  throw new Error(`send after the end: expected CONNECTION_CLOSED, found ${String(found)}`);
}

function expectReasonWhole({ by, detail }: CloseReason): void {
  expectTrue(["local", "remote", "lost", "protocol"].includes(by), `${by} is no word for an end`);
  expectEqual(typeof detail, "string", "the detail of an end is a text");
}

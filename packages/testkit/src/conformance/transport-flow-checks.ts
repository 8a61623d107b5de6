import type { Connection } from "@swarm-space/core";
import { ReaderThrow } from "./conformance-time.ts";
import { expectEqual, expectReason, expectTrue } from "./expectation.ts";
import type { TransportCheck } from "./transport-check.ts";
import { expectInOrder } from "./transport-frame-checks.ts";
import { expectEcho } from "./transport-life-checks.ts";
import { listen, numbered, numberOf, type TransportStage, upTo } from "./transport-stage.ts";

/** Who waits for whom: `send`, `drained`, `bufferedBytes`, and the reader. */
export const transportFlowChecks: readonly TransportCheck[] = [
  {
    promise: "`send` says wait before the buffer is large, `drained` then resolves, and every frame arrives",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const { count } = fill(stage, near);
      await stage.within(near.drained({ signal: stage.signal }), "drained");
      await stage.hears(heard, count, "frames that filled the buffer arrive");
      expectInOrder(heard.frames, count);
    },
  },
  {
    promise: "the frame for which `send` said wait was taken all the same, once",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const { count } = fill(stage, near);
      await stage.hears(heard, count);
      await stage.within(near.drained({ signal: stage.signal }), "drained");
      near.send(numbered(count));
      await stage.hears(heard, count + 1);
      await stage.quiet();
      expectInOrder(heard.frames, count + 1);
    },
  },
  {
    promise:
      "`bufferedBytes` tells what waits: 0 when idle, more when `send` says wait, never more than was sent, 0 again",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      await stage.until(() => near.bufferedBytes === 0, "an idle connection has 0 bytes buffered");
      const { count, bytes } = fill(stage, near);
      const { bufferedBytes } = near;
      expectTrue(bufferedBytes > 0, "bytes wait where send says wait");
      // A medium's own headers may count, frames that were never sent may not.
      expectTrue(bufferedBytes <= bytes * 1.125, `${bytes} bytes were sent, ${bufferedBytes} are said to wait`);
      await stage.hears(heard, count);
      await stage.until(() => near.bufferedBytes === 0, "0 bytes are buffered once everything arrived");
    },
  },
  {
    promise: "`drained` resolves at once where there is room",
    async run(stage) {
      const { near, far } = await stage.pair();
      listen(far);
      await stage.within(near.drained({ signal: stage.signal }), "drained of an idle connection");
      expectTrue(near.send(numbered(1)), "send has room on an idle connection");
      await stage.within(near.drained({ signal: stage.signal }), "drained after one frame");
    },
  },
  {
    promise: "several may wait for `drained`; all are told, and `send` has room then",
    async run(stage) {
      const { near, far } = await stage.pair();
      listen(far);
      fill(stage, near);
      const waiting = upTo(5).map(() => near.drained({ signal: stage.signal }));
      let hasRoom = false;
      const first = waiting[0]?.then(() => {
        hasRoom = near.send(numbered(0));
      });
      await stage.within(Promise.all([...waiting, first]), "five who wait for drained");
      expectTrue(hasRoom, "send has room again once drained resolved");
    },
  },
  {
    promise: "`drained` rejects with the signal's reason when it aborts, before or while waiting; frames go on",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const { count } = fill(stage, near);
      const [before, during] = [new Error("called off before"), new Error("called off")];
      const aborted = near.drained({ signal: AbortSignal.abort(before) });
      const abort = new AbortController();
      const waiting = near.drained({ signal: abort.signal });
      const settled = Promise.allSettled([aborted, waiting]);
      abort.abort(during);
      await stage.within(settled, "drained that is aborted");
      await expectReason(aborted, before, "drained with an aborted signal");
      await expectReason(waiting, during, "drained that is aborted");
      await stage.hears(heard, count);
      await stage.within(near.drained({ signal: stage.signal }), "drained after an abort");
    },
  },
  {
    promise: "`drained` resolves when the connection closes, for who waits and for who asks later",
    async run(stage) {
      const { near, far } = await stage.pair();
      listen(far);
      fill(stage, near);
      const waiting = near.drained({ signal: stage.signal });
      await stage.within(near.close(), "close");
      await stage.within(waiting, "drained of a connection that closed");
      await stage.within(near.drained({ signal: stage.signal }), "drained after the close");
    },
  },
  {
    promise: "frames that came before `read` are kept, and given in order, not within the call",
    async run(stage) {
      const { near, far } = await stage.pair();
      await stage.sendAll(
        near,
        upTo(50).map((number) => numbered(number)),
      );
      await stage.quiet();
      let isReading = true;
      let within = 0;
      const frames: Uint8Array[] = [];
      far.read((frame) => {
        if (isReading) within += 1;
        frames.push(frame);
      });
      isReading = false;
      expectEqual(within, 0, "frames given within read");
      near.send(numbered(50));
      await stage.hears({ frames }, 51);
      expectInOrder(frames, 51);
    },
  },
  {
    promise: "frames that came before `read` are given also where the other side has closed in order meanwhile",
    async run(stage) {
      const { near, far } = await stage.pair();
      for (let number = 0; number < 10; number += 1) near.send(numbered(number));
      await stage.pass(stage.limits.settleMs);
      await stage.within(near.close(), "close");
      expectEqual((await stage.within(far.closed, "closed, there")).by, "remote", "who closed");
      const heard = listen(far);
      await stage.hears(heard, 10, "what was said before the close");
      expectInOrder(heard.frames, 10);
    },
  },
  {
    promise: "frames that nobody reads are bounded: the sender is made to wait, or the connection ends",
    long: true,
    async run(stage) {
      const { near, far } = await stage.pair();
      const frame = numbered(0, near.capabilities.maxFrameBytes);
      const most = stage.limits.mostUnreadBytes + stage.limits.mostBufferedBytes;
      const isOver = watch(near);
      const isOverThere = watch(far);
      let sent = 0;
      while (!isOver() && !isOverThere()) {
        if (sent > most) throw new Error(`${sent} bytes were taken, and nobody reads them`);
        sent += frame.length;
        if (near.send(frame)) continue;
        if (!(await stage.settles(near.drained({ signal: stage.signal }), 500))) return;
      }
    },
  },
  {
    promise: "a reader that throws harms at most its own connection: the transport and the others go on",
    async run(stage) {
      const { here, there, near, far } = await stage.pair();
      const other = await stage.join(here, there);
      far.read(() => {
        throw new ReaderThrow();
      });
      near.send(numbered(1));
      await stage.quiet();
      await expectEcho(stage, other.near, other.far);
      const next = await stage.join(here, there);
      await expectEcho(stage, next.near, next.far);
    },
  },
  {
    promise: "a sender that does not wait is not cut off within the buffer, and loses no frame",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const { count } = fill(stage, near);
      for (let more = 0; more < 20; more += 1) near.send(numbered(count + more));
      await stage.hears(heard, count + 20);
      expectEqual(numberOf(heard.frames.at(-1) ?? new Uint8Array()), count + 19, "the last frame");
    },
  },
];

/** Sends, in one turn, until `send` says wait. */
function fill(stage: TransportStage, connection: Connection): { readonly count: number; readonly bytes: number } {
  const { maxFrameBytes } = connection.capabilities;
  const length = Math.min(maxFrameBytes, 32_768);
  let [count, bytes] = [0, 0];
  for (let hasRoom = true; hasRoom; count += 1) {
    if (bytes > stage.limits.mostBufferedBytes)
      throw new Error(`send never says wait, though ${bytes} bytes were sent in one turn`);
    hasRoom = connection.send(numbered(count, length));
    bytes += length;
  }
  return { count, bytes };
}

function watch(connection: Connection): () => boolean {
  let isOver = false;
  void connection.closed.then(() => {
    isOver = true;
  });
  return () => isOver;
}

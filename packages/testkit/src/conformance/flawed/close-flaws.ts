import type { CloseReason } from "@swarm-space/core";
import { type FlawedTransport, never } from "./altered-transport.ts";

/** Connections that end ill. */
export const closeFlaws: readonly FlawedTransport[] = [
  {
    flaw: "never settles `closed`",
    caughtBy: "`close` settles `closed` on both sides: by local here, by remote there",
    spoil: () => ({ connection: () => ({ closed: never() }) }),
  },
  {
    flaw: "settles `closed` at once",
    caughtBy: "`closed` is unsettled while the connection lives, and tells one of four words and a text",
    spoil: () => ({ connection: () => ({ closed: Promise.resolve<CloseReason>({ by: "local", detail: "" }) }) }),
  },
  {
    flaw: "lets `closed` reject",
    caughtBy: "`close` settles `closed` on both sides: by local here, by remote there",
    spoil: () => ({
      connection(sound) {
        const closed = sound.closed.then((): CloseReason => {
          throw new Error("the connection is closed");
        });
        closed.catch(() => undefined);
        return { closed };
      },
    }),
  },
  {
    flaw: "says that it closed itself, whoever did",
    caughtBy: "the accepting side may close as well as the dialling one",
    spoil: () => ({
      connection: (sound) => ({ closed: sound.closed.then(({ detail }) => ({ by: "local", detail })) }),
    }),
  },
  {
    flaw: "throws when it is closed twice",
    caughtBy: "closing twice, or what is closed already, is harmless, and the first reason stays",
    spoil: () => ({
      connection(sound) {
        let isClosed = false;
        return {
          async close(reason) {
            if (isClosed) throw new Error("closed already");
            isClosed = true;
            await sound.close(reason);
          },
        };
      },
    }),
  },
  {
    flaw: "takes frames after the end",
    caughtBy: "`send` after the end throws CONNECTION_CLOSED, on both sides",
    spoil: () => ({
      connection: (sound) => ({
        send(frame) {
          try {
            return sound.send(frame);
          } catch {
            return true;
          }
        },
      }),
    }),
  },
  {
    flaw: "gives frames to a reader that has closed",
    caughtBy: "a reader that closes from within is given no further frame",
    spoil: () => ({
      connection: (sound) => ({
        read: (onFrame) => sound.read((frame) => queueMicrotask(() => onFrame(frame))),
      }),
    }),
  },
  {
    flaw: "drops what is under way when it closes",
    caughtBy: "what `send` took before an orderly `close` arrives before the other side is told",
    spoil: ({ clock }) => ({
      connection(sound) {
        let waiting: Uint8Array[] = [];
        let timer: Disposable | undefined;
        const flush = () => {
          timer = undefined;
          for (const frame of waiting.splice(0)) sound.send(frame);
        };
        return {
          send(frame) {
            waiting.push(frame);
            timer ??= clock.timer(1, flush);
            return true;
          },
          async close(reason) {
            timer?.[Symbol.dispose]();
            waiting = [];
            await sound.close(reason);
          },
        };
      },
    }),
  },
  {
    flaw: "leaves a gap in what it sends last",
    caughtBy: "a close in the middle of much leaves a beginning of it, in order, with no gap",
    spoil: () => ({
      connection(sound) {
        let last: Uint8Array | undefined;
        let held: Uint8Array | undefined;
        return {
          send(frame) {
            [held, last] = [last, frame];
            return held === undefined ? true : sound.send(held);
          },
          async close(reason) {
            last = undefined;
            await sound.close(reason);
          },
          read: (onFrame) => {
            let count = 0;
            sound.read((frame) => {
              count += 1;
              if (count !== 300) onFrame(frame);
            });
          },
        };
      },
    }),
  },
  {
    flaw: "closes all connections when one is closed",
    caughtBy: "closing one connection leaves the others, and the transport",
    spoil() {
      const all: (() => Promise<void>)[] = [];
      return {
        connection(sound) {
          all.push(() => sound.close());
          return {
            async close() {
              for (const close of all) await close();
            },
          };
        },
      };
    },
  },
  {
    flaw: "does not notice that the other side died",
    caughtBy: "a side that dies is noticed by who sends to it: `closed` settles by lost, in time",
    spoil: () => ({
      connection: (sound) => ({
        closed: sound.closed.then((reason) => (reason.by === "lost" ? never() : reason)),
        send(frame) {
          try {
            return sound.send(frame);
          } catch {
            return true;
          }
        },
      }),
    }),
  },
  {
    flaw: "calls a loss an orderly end",
    caughtBy: "connections whose bytes the rendezvous carries are lost with it, on both sides",
    spoil: () => ({
      connection: (sound) => ({
        closed: sound.closed.then(({ by, detail }) => ({ by: by === "lost" ? "remote" : by, detail })),
      }),
    }),
  },
];

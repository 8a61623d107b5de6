import type { Connection } from "@swarm-space/core";
import { type FlawedTransport, never } from "./altered-transport.ts";

/** Senders that are told wrong things, and readers that are served ill. */
export const flowFlaws: readonly FlawedTransport[] = [
  {
    flaw: "never says wait",
    caughtBy: "`send` says wait before the buffer is large, `drained` then resolves, and every frame arrives",
    spoil: () => ({ connection: (sound) => ({ send: (frame) => sound.send(frame) || true }) }),
  },
  {
    flaw: "drops the frame for which it says wait",
    caughtBy: "the frame for which `send` said wait was taken all the same, once",
    spoil: () => ({
      connection(sound) {
        let bytes = 0;
        return {
          send(frame) {
            bytes = sound.bufferedBytes === 0 ? frame.length : bytes + frame.length;
            return bytes > 262_144 ? false : sound.send(frame);
          },
        };
      },
    }),
  },
  {
    flaw: "never says that there is room again",
    caughtBy: "`send` says wait before the buffer is large, `drained` then resolves, and every frame arrives",
    spoil: () => ({
      connection: (sound) => ({ drained: (o) => (sound.bufferedBytes === 0 ? sound.drained(o) : never()) }),
    }),
  },
  {
    flaw: "tells one of those who wait for room",
    caughtBy: "several may wait for `drained`; all are told, and `send` has room then",
    spoil: () => ({
      connection(sound) {
        let isWaiting = false;
        return {
          async drained(o) {
            if (isWaiting) return never();
            isWaiting = true;
            await sound.drained(o);
            isWaiting = false;
          },
        };
      },
    }),
  },
  {
    flaw: "goes on waiting for room though it was called off",
    caughtBy: "`drained` rejects with the signal's reason when it aborts, before or while waiting; frames go on",
    spoil: () => ({
      connection: (sound) => ({ drained: () => sound.drained({ signal: new AbortController().signal }) }),
    }),
  },
  {
    flaw: "lets who waits for room wait on when the connection closes",
    caughtBy: "`drained` resolves when the connection closes, for who waits and for who asks later",
    spoil: () => ({
      connection(sound) {
        const isOver = overOf(sound);
        return {
          async drained(o) {
            await sound.drained(o);
            if (isOver()) await never();
          },
        };
      },
    }),
  },
  {
    flaw: "says that nothing waits",
    caughtBy:
      "`bufferedBytes` tells what waits: 0 when idle, more when `send` says wait, never more than was sent, 0 again",
    spoil: () => ({ connection: () => ({ bufferedBytes: 0 }) }),
  },
  {
    flaw: "counts what it sent as if it waited still",
    caughtBy:
      "`bufferedBytes` tells what waits: 0 when idle, more when `send` says wait, never more than was sent, 0 again",
    spoil: () => ({
      connection(sound) {
        let bytes = 0;
        return {
          get bufferedBytes() {
            return bytes;
          },
          send(frame) {
            bytes += frame.length;
            return sound.send(frame);
          },
        };
      },
    }),
  },
  {
    flaw: "gives what came earlier within `read`",
    caughtBy: "frames that came before `read` are kept, and given in order, not within the call",
    spoil: () => ({
      connection(sound) {
        const early: Uint8Array[] = [];
        let reader: ((frame: Uint8Array) => void) | undefined;
        sound.read((frame) => (reader === undefined ? void early.push(frame) : reader(frame)));
        return {
          read(onFrame) {
            reader = onFrame;
            for (const frame of early.splice(0)) onFrame(frame);
          },
        };
      },
    }),
  },
  {
    flaw: "drops what comes before there is a reader",
    caughtBy: "a connection can be used at once: what each side sends first arrives, also from within `accept`",
    spoil: () => ({
      connection(sound) {
        let reader: ((frame: Uint8Array) => void) | undefined;
        sound.read((frame) => reader?.(frame));
        return {
          read(onFrame) {
            reader = onFrame;
          },
        };
      },
    }),
  },
  {
    flaw: "forgets what nobody has read yet when the other side closes",
    caughtBy: "frames that came before `read` are given also where the other side has closed in order meanwhile",
    spoil: () => ({
      connection(sound) {
        const isOver = overOf(sound);
        return { read: (onFrame) => (isOver() ? undefined : sound.read(onFrame)) };
      },
    }),
  },
  {
    flaw: "keeps whatever nobody reads",
    caughtBy: "frames that nobody reads are bounded: the sender is made to wait, or the connection ends",
    spoil: () => ({
      connection(sound) {
        const early: Uint8Array[] = [];
        sound.read((frame) => void early.push(frame));
        return { read: (onFrame) => sound.read(onFrame) };
      },
    }),
  },
  {
    flaw: "closes the transport when a reader throws",
    caughtBy: "a reader that throws harms at most its own connection: the transport and the others go on",
    spoil: () => ({
      connection: (sound, transport) => ({
        read: (onFrame) =>
          sound.read((frame) => {
            try {
              onFrame(frame);
            } catch {
              void transport.close({ signal: new AbortController().signal });
            }
          }),
      }),
    }),
  },
];

function overOf({ closed }: Connection): () => boolean {
  let isOver = false;
  void closed.then(() => {
    isOver = true;
  });
  return () => isOver;
}

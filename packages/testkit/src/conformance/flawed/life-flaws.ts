import { SwarmError } from "@swarm-space/core";
import { type FlawedTransport, never } from "./altered-transport.ts";

/** Transports that open, close or describe themselves ill. */
export const lifeFlaws: readonly FlawedTransport[] = [
  {
    flaw: "never changes its state",
    caughtBy: "once `open` resolved the transport says so, can dial, and can be dialled at what `addresses` tells",
    spoil: () => ({ transport: () => ({ state: "idle" }) }),
  },
  {
    flaw: "tells nobody that its state changed",
    caughtBy: "`onState` tells each change once, in order, while it holds; until it is unsubscribed, twice harmless",
    spoil: () => ({ transport: () => ({ onState: () => () => undefined }) }),
  },
  {
    flaw: "tells a state before it holds",
    caughtBy: "`onState` tells each change once, in order, while it holds; until it is unsubscribed, twice harmless",
    spoil: () => ({
      transport: (sound) => ({
        onState(listener) {
          listener("ready");
          return sound.onState(listener);
        },
      }),
    }),
  },
  {
    flaw: "forgets all who listen when one leaves",
    caughtBy: "two who listen to the state are told apart: when one leaves, the other is told on",
    spoil: () => ({
      transport(sound) {
        const undos: (() => void)[] = [];
        return {
          onState(listener) {
            undos.push(sound.onState(listener));
            return () => {
              for (const undo of undos) undo();
            };
          },
        };
      },
    }),
  },
  {
    flaw: "says that it is interrupted while frames pass",
    caughtBy:
      "`onInterrupted`, where there is one, tells of nothing while frames pass; its unsubscribe twice is harmless",
    spoil: () => ({
      connection: () => ({
        onInterrupted(listener) {
          listener(true);
          return () => undefined;
        },
      }),
    }),
  },
  {
    flaw: "invents a word for its state",
    caughtBy: "`state` is one of the six words at every moment of a life",
    spoil: () => ({
      transport: (sound) => {
        const connecting: string = "connecting";
        return {
          onState: (listener) =>
            sound.onState((state) => Reflect.apply(listener, undefined, [state === "active" ? connecting : state])),
        };
      },
    }),
  },
  {
    flaw: "opens though it was called off before",
    caughtBy: "an `open` whose signal has aborted rejects with the signal's reason and opens nothing",
    spoil: () => ({
      transport: (sound) => ({ open: (accept) => sound.open(accept, { signal: new AbortController().signal }) }),
    }),
  },
  {
    flaw: "stays half open when its opening is called off",
    caughtBy: "an `open` that is aborted under way is undone, and can be made again",
    spoil: () => ({
      transport: (sound) => ({
        async open(accept, o) {
          o.signal.throwIfAborted();
          await sound.open(accept, { signal: new AbortController().signal });
          o.signal.throwIfAborted();
        },
      }),
    }),
  },
  {
    flaw: "can be opened once in its life",
    caughtBy: "closed and opened again, three times over, it dials and is dialled as the first time",
    spoil: () => ({
      transport(sound) {
        let isUsed = false;
        return {
          async open(accept, o) {
            if (isUsed) throw new SwarmError("TRANSPORT_OPEN_FAILED", "it was open before");
            isUsed = true;
            await sound.open(accept, o);
          },
        };
      },
    }),
  },
  {
    flaw: "ends its connections when it is opened twice",
    caughtBy: "opening what is open is harmless, or refused by TRANSPORT_OPEN_FAILED; what stood goes on",
    spoil: () => ({
      transport: (sound) => ({
        async open(accept, o) {
          if (sound.state !== "idle") await sound.close(o);
          await sound.open(accept, o);
        },
      }),
    }),
  },
  {
    flaw: "cannot be closed twice",
    caughtBy: "closing twice, twice at once, or without having opened, is harmless",
    spoil: () => ({
      transport(sound) {
        let isClosing = false;
        return {
          async close(o) {
            if (isClosing) throw new Error("it is closed");
            isClosing = true;
            await sound.close(o);
          },
        };
      },
    }),
  },
  {
    flaw: "closes, and leaves its connections",
    caughtBy: "`close` ends every connection: `closed` settles here by local, and there",
    spoil: () => ({ transport: () => ({ close: async () => undefined }) }),
  },
  {
    flaw: "is still to be found after it closed",
    caughtBy: "after `close` it is idle, has no address and no road, and refuses dials by TRANSPORT_UNAVAILABLE",
    spoil: () => ({
      transport(sound) {
        let last = sound.addresses();
        return {
          async open(accept, o) {
            await sound.open(accept, o);
            last = sound.addresses();
          },
          addresses: () => last,
        };
      },
    }),
  },
  {
    flaw: "lets a dial hang when it is not open",
    caughtBy: "a transport that was never opened is idle, has no address, and refuses dials by TRANSPORT_UNAVAILABLE",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) => (sound.state === "idle" ? never() : sound.connect(target, road, o)),
      }),
    }),
  },
  {
    flaw: "lets a dial hang when it closes",
    caughtBy: "a dial that is under way when its transport closes ends: it rejects, or its connection is closed",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) =>
          sound
            .connect(target, road, o)
            .catch((error: unknown) => (sound.state === "idle" ? never() : Promise.reject(error))),
      }),
    }),
  },
  {
    flaw: "shares its connections with every transport of the process",
    caughtBy: "two transports of one process share nothing: closing one leaves the other's connections and state",
    spoil() {
      const all: (() => Promise<void>)[] = [];
      return {
        transport: (sound) => ({
          async close(o) {
            for (const close of all.splice(0)) await close();
            await sound.close(o);
          },
        }),
        connection(sound) {
          all.push(() => sound.close());
          return {};
        },
      };
    },
  },
  {
    flaw: "leaks a timer at each opening",
    caughtBy: "after `close` nothing is held that was not held before `open`: no timer, no socket",
    spoil: ({ clock }) => ({
      transport: (sound) => ({
        async open(accept, o) {
          await sound.open(accept, o);
          clock.timer(3_600_000, () => undefined);
        },
      }),
    }),
  },
  {
    flaw: "leaks a timer with each connection",
    caughtBy:
      "connections that are over, and dials that were called off, leave nothing held while the transport stays open",
    spoil: ({ clock }) => ({
      connection() {
        clock.timer(3_600_000, () => undefined);
        return {};
      },
    }),
  },
  {
    flaw: "declares what is not a number of bytes",
    caughtBy: "capabilities are facts of sense: direct or not, frames of 1,024 bytes or more, a latency, an idle time",
    spoil: () => ({
      connection: (sound) => ({ capabilities: { ...sound.capabilities, maxFrameBytes: Number.POSITIVE_INFINITY } }),
    }),
  },
  {
    flaw: "calls the road otherwise at its other end",
    caughtBy: "both ends tell the same transport and road, and the road is one that `roadsTo` gave",
    spoil() {
      let count = 0;
      return { connection: () => ({ road: `road-${++count}` }) };
    },
  },
  {
    flaw: "does not say who is at the other end",
    caughtBy: "`remote` is a text for logs, of at most 1,024 characters; `rendezvous` a text where there is one",
    spoil: () => ({ connection: () => ({ remote: "" }) }),
  },
  {
    flaw: "binds the two ends to different signalling",
    caughtBy: "where both ends have a `binding` it is the same bytes, and another connection has another",
    spoil() {
      let count = 0;
      return { connection: () => ({ binding: Uint8Array.of(++count) }) };
    },
  },
];

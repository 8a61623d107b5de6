import { SwarmError } from "@swarm-space/core";
import { after, type FlawedTransport, never } from "./altered-transport.ts";

const forever = (): AbortSignal => new AbortController().signal;

/** Dials that end ill. */
export const dialFlaws: readonly FlawedTransport[] = [
  {
    flaw: "gives a connection long after its dial was called off",
    caughtBy: "a dial that is aborted at any moment rejects with the signal's reason, if it had not ended before",
    spoil: ({ clock }) => ({
      transport: (sound) => ({
        async connect(target, road, o) {
          o.signal.throwIfAborted();
          const connection = await sound.connect(target, road, { signal: forever() });
          await after(clock, 10);
          return connection;
        },
      }),
    }),
  },
  {
    flaw: "tells an abort by an error of its own",
    caughtBy: "a dial whose signal has aborted rejects with the signal's reason, and nobody is dialled",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) =>
          sound.connect(target, road, o).catch((error: unknown) => {
            throw o.signal.aborted ? new SwarmError("DIAL_FAILED", "the dial was aborted") : error;
          }),
      }),
    }),
  },
  {
    flaw: "leaves the other side half-open when its dial is called off",
    caughtBy: "an aborted dial leaves nothing half-open: what the other side accepted closes, and dials go on",
    spoil: ({ clock }) => ({
      transport: (sound) => ({
        async connect(target, road, o) {
          o.signal.throwIfAborted();
          const dialled = sound.connect(target, road, { signal: forever() });
          const connection = await dialled;
          await after(clock, 2);
          o.signal.throwIfAborted();
          return connection;
        },
      }),
    }),
  },
  {
    flaw: "dials though it was called off before",
    caughtBy: "a dial whose signal has aborted rejects with the signal's reason, and nobody is dialled",
    spoil: () => ({
      transport: (sound) => ({
        async connect(target, road, o) {
          const connection = await sound.connect(target, road, { signal: forever() });
          o.signal.throwIfAborted();
          return connection;
        },
      }),
    }),
  },
  {
    flaw: "waits for ever for a peer that is not there",
    caughtBy: "a dial to where nobody is rejects with PEER_ABSENT or DIAL_FAILED, in time",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) => sound.connect(target, road, o).catch(() => never()),
      }),
    }),
  },
  {
    flaw: "calls an absent peer a failure of the way",
    caughtBy: "where the medium knows that nobody is there, the code is PEER_ABSENT, and the way stands for others",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) =>
          sound.connect(target, road, o).catch((error: unknown) => {
            throw SwarmError.is(error) && error.code === "PEER_ABSENT" ? new SwarmError("DIAL_FAILED", "no") : error;
          }),
      }),
    }),
  },
  {
    flaw: "blames the peer for its relay",
    caughtBy: "a dial after the rendezvous went away is refused by TRANSPORT_UNAVAILABLE, never by the peer's codes",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) =>
          sound.connect(target, road, o).catch((error: unknown) => {
            const isAway = SwarmError.is(error) && error.code === "TRANSPORT_UNAVAILABLE";
            throw isAway ? new SwarmError("PEER_ABSENT", "nobody is there") : error;
          }),
      }),
    }),
  },
  {
    flaw: "throws what its library throws",
    caughtBy: "a road that the transport does not have is refused by DIAL_FAILED",
    spoil: () => ({
      transport: (sound) => ({
        connect: (target, road, o) =>
          sound.connect(target, road, o).catch((error: unknown) => {
            throw o.signal.aborted ? error : new TypeError(`cannot read properties: ${String(error)}`);
          }),
      }),
    }),
  },
  {
    flaw: "gives another answer each time it is asked for roads",
    caughtBy: "`roadsTo` answers within the call, the same each time, and dials nothing",
    spoil: () => ({
      transport(sound) {
        let count = 0;
        return { roadsTo: (target) => (++count % 5 === 0 ? [] : sound.roadsTo(target)) };
      },
    }),
  },
  {
    flaw: "dials when it is asked for roads",
    caughtBy: "`roadsTo` answers within the call, the same each time, and dials nothing",
    spoil: () => ({
      transport: (sound) => ({
        roadsTo(target) {
          const roads = sound.roadsTo(target);
          for (const road of roads) sound.connect(target, road, { signal: forever() }).catch(() => undefined);
          return roads;
        },
      }),
    }),
  },
  {
    flaw: "claims a road to everybody",
    caughtBy: "`roadsTo` is empty where a target names no address of this transport, and no peer",
    spoil: () => ({ transport: (sound) => ({ roadsTo: () => (sound.state === "idle" ? [] : ["memory"]) }) }),
  },
  {
    flaw: "gives each inbound connection to `accept` twice",
    caughtBy: "`connect` gives one end, and `accept` is given the other, once",
    spoil: () => ({
      transport: (sound) => ({
        open: (accept, o) =>
          sound.open((connection) => {
            accept(connection);
            accept(connection);
          }, o),
      }),
    }),
  },
  {
    flaw: "joins dials that cross into one",
    caughtBy: "both dial each other at once: both dials end well, and no frame crosses over to the other connection",
    spoil() {
      let dials = 0;
      return {
        transport: (sound) => ({
          async connect(target, road, o) {
            dials += 1;
            try {
              if (dials > 1) throw new SwarmError("DIAL_FAILED", "somebody dials already");
              return await sound.connect(target, road, o);
            } finally {
              dials -= 1;
            }
          },
        }),
      };
    },
  },
];

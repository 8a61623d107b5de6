import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { type DataChannelConnection, openWebRtc, type Signal } from "@swarm-space/webrtc-driver";
import SimplePeer from "simple-peer";
import { expect, test } from "vitest";
import { SimpleChannel, type SimplePeerConstructor } from "../src/direct/simple-channel.ts";

const Real: SimplePeerConstructor = SimplePeer;

/** Two that are connected, in one process. `end` leaves nothing of them, and nothing of their engine. */
async function connectedPair(Library: SimplePeerConstructor) {
  const clock = systemClock();
  const engine = await openWebRtc({ clock, bindAddress: "127.0.0.1" });
  const facts = { transport: "integrated", road: "direct", rendezvous: "", remote: "" };
  const side = (offers: boolean, tell: (signal: Signal) => void) => {
    const ended = Promise.withResolvers<unknown>();
    const connected = Promise.withResolvers<DataChannelConnection>();
    const channel = new SimpleChannel({
      clock,
      engine,
      SimplePeer: Library,
      offers,
      facts,
      onSignal: tell,
      onConnection: connected.resolve,
      onEnd: ended.resolve,
    });
    return { channel, connected: connected.promise, ended: ended.promise };
  };
  const one: ReturnType<typeof side> = side(true, (signal) => other.channel.signal(signal));
  const other: ReturnType<typeof side> = side(false, (signal) => one.channel.signal(signal));
  const connections = await Promise.all([one.connected, other.connected]);
  return {
    connections,
    async end() {
      one.channel.destroy();
      await Promise.all([one.ended, other.ended]);
      await engine.close();
    },
  };
}

/** Timers that are there still when two that were connected have ended, and their engine too. */
async function timersLeftBy(Library: SimplePeerConstructor): Promise<number> {
  const before = activeResources();
  const { end } = await connectedPair(Library);
  await end();
  return (await leakedSince(before)).get("Timeout") ?? 0;
}

test("a peer that ends leaves no timer behind, which would keep a process", async () => {
  expect(await timersLeftBy(Real)).toBe(0);
});

test("ablated: with the library's own time it does", async () => {
  class Patient extends Real {
    constructor(o: ConstructorParameters<SimplePeerConstructor>[0]) {
      super({ ...o, iceCompleteTimeout: 5_000 });
    }
  }
  expect(await timersLeftBy(Patient)).toBeGreaterThan(0);
});

/** As in a page, where microtasks run between two listeners of one event: it takes a channel up after who listened before it. */
class Later extends Real {
  _setupData(event: unknown): void {
    queueMicrotask(() => queueMicrotask(() => Reflect.get(Real.prototype, "_setupData").call(this, event)));
  }
}

test.each([
  ["in its turn", Real],
  ["later, as in a page", Later],
])("frames are the connection's alone where the library takes the channel up %s", async (_, Library) => {
  const streams: SimplePeerConstructor["prototype"][] = [];
  class Kept extends Library {
    constructor(o: ConstructorParameters<SimplePeerConstructor>[0]) {
      super(o);
      streams.push(this);
    }
  }
  const { connections, end } = await connectedPair(Kept);
  await Promise.all(connections.map((connection) => connection.opened({ signal: new AbortController().signal })));
  const heard = connections.map((connection) => {
    const lengths: number[] = [];
    connection.read(({ length }) => void lengths.push(length));
    return lengths;
  });
  for (const connection of connections) connection.send(new Uint8Array(10_000));
  await expect.poll(() => heard).toEqual([[10_000], [10_000]]);
  // What lies in its stream is read by nobody, ever.
  expect(streams.map((stream) => Reflect.get(stream, "readableLength"))).toEqual([0, 0]);
  await end();
});

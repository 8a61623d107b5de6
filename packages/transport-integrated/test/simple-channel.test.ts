import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { openWebRtc, type Signal } from "@swarm-space/webrtc-driver";
import Real from "simple-peer";
import { expect, test } from "vitest";
import { SimpleChannel, type SimplePeerConstructor } from "../src/direct/simple-channel.ts";

/** Timers that are there still when two that were connected have ended, and their engine too. */
async function timersLeftBy(SimplePeer: SimplePeerConstructor): Promise<number> {
  const before = activeResources();
  const clock = systemClock();
  const engine = await openWebRtc({ clock, bindAddress: "127.0.0.1" });
  const facts = { transport: "integrated", road: "direct", rendezvous: "", remote: "" };
  const side = (offers: boolean, tell: (signal: Signal) => void) => {
    const ended = Promise.withResolvers<unknown>();
    const connected = Promise.withResolvers<unknown>();
    const channel = new SimpleChannel({
      clock,
      engine,
      SimplePeer,
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
  await Promise.all([one.connected, other.connected]);
  one.channel.destroy();
  await Promise.all([one.ended, other.ended]);
  await engine.close();
  return (await leakedSince(before)).get("Timeout") ?? 0;
}

test("a peer that ends leaves no timer behind, which would keep a process", async () => {
  expect(await timersLeftBy(Real)).toBe(0);
});

test("ablated: with the library's own time it does", async () => {
  class Patient extends (Real as SimplePeerConstructor) {
    constructor(o: ConstructorParameters<SimplePeerConstructor>[0]) {
      super({ ...o, iceCompleteTimeout: 5_000 });
    }
  }
  expect(await timersLeftBy(Patient)).toBeGreaterThan(0);
});

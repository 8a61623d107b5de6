import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import Real from "simple-peer";
import { expect, test } from "vitest";
import { SimpleChannel, type SimplePeerConstructor } from "../src/direct/simple-channel.ts";

/** Timers that are there still when one that found candidates has ended, and its engine too. */
async function timersLeftBy(SimplePeer: SimplePeerConstructor): Promise<number> {
  const before = activeResources();
  const clock = systemClock();
  const engine = await openWebRtc({ clock, bindAddress: "127.0.0.1" });
  const { promise: found, resolve: onFound } = Promise.withResolvers<void>();
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<unknown>();
  const channel = new SimpleChannel({
    clock,
    engine,
    SimplePeer,
    iceServers: [],
    offers: true,
    facts: { transport: "integrated", road: "direct", rendezvous: "", remote: "" },
    onSignal: ({ type }) => type === "candidate" && onFound(),
    onConnection: () => undefined,
    onEnd,
  });
  await found;
  channel.destroy();
  await ended;
  await engine.close();
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

import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { Client } from "bittorrent-tracker";
import { describe, expect, test } from "vitest";
import { leavingNothing } from "../../src/finding/tracker/leaving-nothing.ts";
import type { MadePeer } from "../../src/finding/tracker/tracker-client.ts";

/** How many timers are left of a peer that made an offer, and then ended itself, as the library does where its connection breaks. */
async function leftOf(tend: (peer: MadePeer) => MadePeer): Promise<number> {
  const engine = await openWebRtc({ clock: systemClock() });
  // Never started: nobody is asked anything.
  const client = new Client({
    infoHash: "ab".repeat(20),
    peerId: "cd".repeat(20),
    announce: ["ws://127.0.0.1:9"],
    port: 6_881,
    wrtc: engine.wrtc("whole"),
    rtcConfig: {},
  });
  try {
    const [tracker] = client._trackers;
    if (tracker === undefined) throw new Error("no tracker");
    const before = activeResources();
    const peer = tend(tracker._createPeer({ initiator: true }));
    peer.on("error", () => undefined);
    await expect.poll(() => peer._iceCompleteTimer, { timeout: 10_000 }).not.toBeNull();
    const ended = Promise.withResolvers<void>();
    peer._destroy(() => ended.resolve(), new Error("Connection failed."));
    await ended.promise;
    const left = (await leakedSince(before)).get("Timeout") ?? 0;
    clearTimeout(peer._iceCompleteTimer ?? undefined);
    return left;
  } finally {
    await new Promise<void>((resolve) => client.destroy(() => resolve()));
    await engine.close();
  }
}

describe("a peer of the tracker's client that ends itself", () => {
  test("leaves no timer", async () => {
    expect(await leftOf(leavingNothing)).toBe(0);
  });

  test("ablated, it leaves some", async () => {
    expect(await leftOf((peer) => peer)).toBeGreaterThan(0);
  });
});

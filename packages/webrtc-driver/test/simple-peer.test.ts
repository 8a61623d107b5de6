import SimplePeer from "simple-peer";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebRtcEngine } from "../src/index.ts";
import { clock, openLoopback } from "./support/ends.ts";

let engine: WebRtcEngine;
beforeAll(async () => {
  engine = await openLoopback();
});
afterAll(() => engine.close());

/** Two simple-peers, connected; the first made the offer. */
async function connect(trickle: boolean): Promise<readonly [SimplePeer, SimplePeer]> {
  const shared = { trickle, wrtc: engine.wrtc(trickle ? "trickle" : "whole"), config: { iceServers: [] } };
  const first = new SimplePeer({ initiator: true, ...shared });
  const second = new SimplePeer(shared);
  // The other side's end may show as an end of ICE first: simple-peer then tells an error, and without a listener no "close".
  for (const peer of [first, second]) peer.on("error", () => {});
  first.on("signal", (signal) => second.signal(JSON.stringify(signal)));
  second.on("signal", (signal) => first.signal(JSON.stringify(signal)));
  const ready = (peer: SimplePeer) => new Promise((resolve) => peer.once("connect", () => resolve(peer)));
  await Promise.all([first, second].map(ready));
  return [first, second];
}

function ended(peer: SimplePeer): Promise<unknown> {
  return new Promise((resolve) => peer.once("close", resolve));
}

test.each([true, false])("simple-peer connects, trickle %s, each time within three seconds", async (trickle) => {
  for (let round = 0; round < 10; round += 1) {
    const started = clock.now();
    const peers = await connect(trickle);
    expect(clock.now() - started).toBeLessThan(3_000);
    const over = Promise.all(peers.map(ended));
    for (const peer of peers) peer.destroy();
    await over;
  }
});

test("simple-peer carries bytes both ways", async () => {
  const peers = await connect(true);
  const heard = peers.map((peer) => new Promise((resolve) => peer.once("data", resolve)));
  for (const peer of peers) peer.send(Uint8Array.of(1, 2, 3));
  expect(await Promise.all(heard)).toEqual([Buffer.of(1, 2, 3), Buffer.of(1, 2, 3)]);
  const over = ended(peers[1]);
  peers[0].destroy();
  await over;
});

test("simple-peer ends with an error at rubbish, and throws nothing", async () => {
  const peer = new SimplePeer({ wrtc: engine.wrtc("trickle"), config: { iceServers: [] } });
  const failed = new Promise((resolve) => peer.once("error", resolve));
  peer.signal({ type: "offer", sdp: "rubbish" });
  expect(await failed).toMatchObject({ code: "ERR_SET_REMOTE_DESCRIPTION", message: expect.stringContaining("SDP") });
});

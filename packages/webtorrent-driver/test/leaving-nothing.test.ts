import { afterEach, describe, expect, test, vi } from "vitest";
import { leavingNothing } from "../src/tracker/leaving-nothing.ts";
import type { MadePeer } from "../src/tracker/tracker-client.ts";
import { UnstartedClient } from "./support/unstarted-client.ts";

afterEach(() => vi.restoreAllMocks());

/** Whether the timer of a peer runs on that made an offer, and then ended itself, as the library does where its connection breaks. */
async function runsOn(tend: (peer: MadePeer) => MadePeer, { isGathering = true } = {}): Promise<boolean> {
  const client = await UnstartedClient.open();
  const peer = tend(client.tracker._createPeer({ initiator: true }));
  peer.on("error", () => undefined);
  if (isGathering) await new Promise<void>((resolve) => peer.on("signal", resolve));
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  const ended = new Promise<void>((resolve) => peer._destroy(resolve, new Error("Connection failed.")));
  // A candidate that comes while it ends.
  peer._startIceCompleteTimeout();
  const timer = peer._iceCompleteTimer;
  await ended;
  await client[Symbol.asyncDispose]();
  const isCleared = cleared.mock.calls.some(([which]) => which === timer);
  clearTimeout(timer ?? undefined);
  return timer !== null && !isCleared;
}

describe("a peer of the tracker's client that ends itself", () => {
  test("stops its timer", async () => {
    expect(await runsOn(leavingNothing)).toBe(false);
  });

  test("begins none while it ends", async () => {
    expect(await runsOn(leavingNothing, { isGathering: false })).toBe(false);
  });

  test("ablated, a timer runs on in both cases", async () => {
    const bare = (peer: MadePeer) => peer;
    expect(await runsOn(bare)).toBe(true);
    expect(await runsOn(bare, { isGathering: false })).toBe(true);
  });
});

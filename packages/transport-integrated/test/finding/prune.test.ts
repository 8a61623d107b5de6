import { systemClock, systemRandom } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { Client } from "bittorrent-tracker";
import { afterEach, expect, test, vi } from "vitest";
import { TendedTracker } from "../../src/finding/tracker/tended-tracker.ts";

afterEach(() => vi.restoreAllMocks());

test("an offer that is given up takes its timer along: after the client's end it would throw", async () => {
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
  client.on("warning", () => undefined);
  const [tracker] = client._trackers;
  if (!tracker?.peers) throw new Error("no tracker");
  const tended = new TendedTracker({ tracker, clock: systemClock(), random: systemRandom(), dropped: () => undefined });
  const timers = Array.from({ length: 20 }, (_, at) => {
    const trackerTimeout = setTimeout(() => undefined, 50_000);
    Object.assign(tracker.peers ?? {}, { [`offer ${at}`]: { trackerTimeout, destroy: () => undefined } });
    return trackerTimeout;
  });
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  tended.prune();
  const stopped = timers.map((timer) => cleared.mock.calls.some(([which]) => which === timer));
  expect(stopped).toEqual(timers.map((_, at) => at < 5));
  for (const timer of timers) clearTimeout(timer);
  tended.close();
  await new Promise<void>((resolve) => client.destroy(resolve));
  await engine.close();
});

import { systemClock, systemRandom } from "@swarm-space/core";
import { afterEach, expect, test, vi } from "vitest";
import { TendedTracker } from "../src/tracker/tended-tracker.ts";
import { UnstartedClient } from "./support/unstarted-client.ts";

afterEach(() => vi.restoreAllMocks());

test("an offer that is given up takes its timer along: after the client's end it would throw", async () => {
  await using client = await UnstartedClient.open();
  const { tracker } = client;
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
});

import { systemClock, systemRandom } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import WebTorrent from "webtorrent";
import { createFinder } from "../src/create-finder.ts";
import { engines, FindingPlace, Presence } from "./support/place.ts";

const { signal } = new AbortController();

describe.each(engines)("%s", (engine) => {
  test.concurrent.each([["dht"], ["tracker"]] as const)(
    "two who start together meet by the %s, both ways",
    async (by) => {
      await using place = await FindingPlace.open();
      const [one, other] = [await place.node({ by: [by], engine }), await place.node({ by: [by], engine })];
      await using first = new Presence(one);
      await using second = new Presence(other);
      await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
      const [status] = one.finder.status().sources;
      expect(one.finder.status()).toMatchObject({ engine, sources: [{ state: "ready" }] });
      expect(status).toMatchObject({ source: by === "dht" ? "dht" : place.tracker });
      expect(status?.found).toBeGreaterThan(0);
    },
  );

  test.concurrent("meets one who runs the other engine, by either source", async () => {
    await using place = await FindingPlace.open();
    const mine = await place.node({ engine });
    const theirs = await place.node({ engine: engine === "components" ? "webtorrent" : "components" });
    await using first = new Presence(mine);
    await using second = new Presence(theirs);
    await Promise.all([first.meets(theirs.peer), second.meets(mine.peer)]);
  });

  test.concurrent("who looks and does not announce is told to nobody; another network's are strangers", async () => {
    await using place = await FindingPlace.open();
    const [one, looker] = [await place.node({ engine }), await place.node({ engine })];
    const stranger = await place.node({ engine, network: "another" });
    await using first = new Presence(one);
    await using second = new Presence(looker, { announces: false });
    await using third = new Presence(stranger);
    await second.meets(one.peer);
    // Both ways of each greeting are over once a third that came after them is met.
    const late = await place.node({ engine });
    await using fourth = new Presence(late);
    await Promise.all([first.meets(late.peer), second.meets(late.peer), fourth.meets(one.peer)]);
    expect(first.seen).not.toContain(looker.peer);
    for (const { seen } of [first, second, fourth]) expect(seen).not.toContain(stranger.peer);
    expect(third.seen).toEqual([]);
  });

  test.concurrent("says what is away, and why; a tracker that comes back is used again", async () => {
    await using place = await FindingPlace.open();
    const [one, other] = [await place.node({ engine, by: ["tracker"] }), await place.node({ engine, by: ["tracker"] })];
    const back = await place.takeTrackerAway();
    await using first = new Presence(one);
    await first.until(() => one.finder.status().sources[0]?.state === "away");
    expect(one.finder.status().sources[0]).toMatchObject({ lastError: "it cannot be reached", size: 0 });
    await back();
    one.finder.woke();
    await using second = new Presence(other);
    await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
  });

  // Alone: it counts what the process holds.
  test("holds nothing before somebody uses it, and nothing after the last has ended", async () => {
    await using place = await FindingPlace.open();
    const before = activeResources();
    const [one, other] = [await place.node({ engine }), await place.node({ engine })];
    expect(await leakedSince(before)).toEqual(new Map());
    for (let round = 0; round < 2; round += 1) {
      await using first = new Presence(one);
      await using second = new Presence(other);
      await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
    }
    expect(await leakedSince(before)).toEqual(new Map());
    expect(one.finder.status().sources.map(({ state }) => state)).toEqual(["idle", "idle"]);
    await using again = new Presence(one);
    const closed = one.finder.close({ signal });
    await Promise.all([closed, one.finder.close({ signal })]);
    await again[Symbol.asyncDispose]();
    expect(await leakedSince(before)).toEqual(new Map());
  });
});

test.concurrent("a client that the app has is used, and stays open", async () => {
  await using place = await FindingPlace.open();
  const bootstrap = [`127.0.0.1:${place.dht.port}`];
  const own = { tracker: false, lsd: false, natUpnp: false, natPmp: false, utp: false, secure: 0 };
  const client = new WebTorrent({ dht: { bootstrap }, ...own });
  const one = await place.node({ engine: client, by: ["dht"] });
  const other = await place.node({ by: ["dht"] });
  {
    await using first = new Presence(one);
    await using second = new Presence(other);
    await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
  }
  expect(client.destroyed).toBe(false);
  await new Promise<void>((resolve) => client.destroy(() => resolve()));
  await expect(new Presence(one).ended).rejects.toMatchObject({
    code: "ENGINE_MISSING",
    cure: expect.stringContaining("npm install webtorrent"),
  });
});

test.concurrent("a DHT port that is taken: the tracker goes on, and the status says why", async () => {
  await using place = await FindingPlace.open();
  const dht = { bootstrap: [`127.0.0.1:${place.dht.port}`], port: place.dht.port };
  const [one, other] = [await place.node({ dht }), await place.node({ by: ["tracker"] })];
  await using first = new Presence(one);
  await using second = new Presence(other);
  await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
  const [status] = one.finder.status().sources;
  expect(status).toMatchObject({ source: "dht", state: "away", lastError: expect.stringMatching(/EADDRINUSE/) });
});

test.concurrent("without WebRTC the trackers are away, and that is said; the DHT goes on", async () => {
  await using place = await FindingPlace.open();
  const openWebRtc = () => Promise.reject(new Error("no WebRTC here"));
  const [one, other] = [
    await place.node({ trackers: { urls: [place.tracker], openWebRtc } }),
    await place.node({ by: ["dht"] }),
  ];
  await using first = new Presence(one);
  await using second = new Presence(other);
  await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
  expect(one.finder.status().sources).toMatchObject([
    { source: "dht", state: "ready" },
    { source: place.tracker, state: "away", lastError: expect.stringContaining("no WebRTC here") },
  ]);
});

test("without any source nothing is opened, and nothing fails", async () => {
  const before = activeResources();
  const finder = createFinder({
    self: "a".repeat(52) as never,
    network: "none",
    clock: systemClock(),
    random: systemRandom(),
    engine: "components",
  });
  const abort = new AbortController();
  const looking = finder.discover({ signal: abort.signal })[Symbol.asyncIterator]().next();
  expect(finder.status()).toEqual({ engine: "components", sources: [] });
  abort.abort();
  expect(await looking).toEqual({ done: true, value: undefined });
  await finder.close({ signal });
  expect(await leakedSince(before)).toEqual(new Map());
});

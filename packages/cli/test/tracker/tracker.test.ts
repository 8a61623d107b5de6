import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readAnnounce } from "../../src/tracker/announce-guard.ts";
import { openTracker, type RunningTracker, type TrackerOptions } from "../../src/tracker/tracker-server.ts";
import { named, offer, TrackerClient } from "./tracker-client.ts";

const swarm = named("swarm");
const offers = [{ offer, offer_id: named("offer") }];

/** What no client of a tracker says; with some of it an unguarded one ends its process. */
const hostile: Readonly<Record<string, unknown>> = {
  null: "null",
  "no JSON": "{",
  "offers of nothing": { action: "announce", info_hash: swarm, peer_id: named("attacker"), offers: [null] },
  "offers that are no list": {
    action: "announce",
    info_hash: swarm,
    peer_id: named("attacker"),
    offers: { length: 3 },
  },
  "an answer to nobody": { action: "announce", info_hash: swarm, peer_id: named("attacker"), answer: offer },
  "a hash that is none": { action: "announce", info_hash: "__proto__", peer_id: named("attacker") },
  "an event that is none": { action: "announce", info_hash: swarm, peer_id: named("attacker"), event: "__proto__" },
  "all swarms": { action: "scrape" },
  "too deep": `${"[".repeat(100)}${"]".repeat(100)}`,
};

describe("the tracker", () => {
  let tracker: RunningTracker;
  const open = async (o: Partial<TrackerOptions> = {}) => {
    tracker = await openTracker({ clock: systemClock(), port: 0, ...o });
    return tracker;
  };
  afterEach(() => tracker.close());

  test("brings two of a swarm together, offer and answer, and forgets who leaves", async () => {
    const { url, stats } = await open();
    await using one = await TrackerClient.open(url);
    await using other = await TrackerClient.open(url);
    one.announce(swarm, named("one"));
    await one.hear(({ complete }) => complete !== undefined);
    other.announce(swarm, named("other"), { offers });
    const called = await one.hear((message) => "offer" in message);
    expect(called).toMatchObject({ offer, peer_id: named("other"), offer_id: named("offer") });
    const answer = { type: "answer", sdp: "v=0\r\n" };
    one.announce(swarm, named("one"), { answer, to_peer_id: named("other"), offer_id: named("offer") });
    expect(await other.hear((message) => "answer" in message)).toMatchObject({ answer, peer_id: named("one") });
    expect(stats()).toMatchObject({ connections: 2, swarms: 1, peers: 2, rejected: 0 });
    one.announce(swarm, named("one"), { event: "stopped" });
    await one.hear(({ incomplete }) => incomplete === 1, 2);
    expect(stats()).toMatchObject({ peers: 1 });
  });

  test("hears nothing hostile, and serves the honest on", async () => {
    const { url, stats } = await open();
    await using victim = await TrackerClient.open(url);
    await using attacker = await TrackerClient.open(url);
    victim.announce(swarm, named("victim"));
    for (const message of Object.values(hostile)) attacker.say(message);
    await using honest = await TrackerClient.open(url);
    honest.announce(swarm, named("honest"), { offers });
    await victim.hear((message) => "offer" in message);
    expect(stats()).toMatchObject({ passed: 2, rejected: Object.keys(hostile).length });
  });

  test("who sends nothing but rubbish is cut off, as is a message beyond 64 KiB", async () => {
    const { url } = await open();
    await using babbler = await TrackerClient.open(url);
    for (let at = 0; at < 40; at += 1) babbler.say("null");
    expect(await babbler.closed).toBe(1_008);
    await using giant = await TrackerClient.open(url);
    giant.say("a".repeat(65_537));
    expect(await giant.closed).toBe(1_009);
  });

  test("nobody speaks for another, nor for two: a peer stays in the swarm until it leaves itself", async () => {
    const { url, stats } = await open();
    await using victim = await TrackerClient.open(url);
    await using attacker = await TrackerClient.open(url);
    victim.announce(swarm, named("victim"));
    await victim.hear(({ complete }) => complete !== undefined);
    attacker.announce(swarm, named("victim"), { event: "stopped" });
    attacker.announce(swarm, named("attacker"));
    attacker.announce(swarm, named("second"));
    attacker.announce(swarm, named("attacker"), { event: "completed" });
    await attacker.hear(({ complete }) => complete === 1 || complete === 0);
    expect(stats()).toMatchObject({ peers: 2 });
  });

  test("connections of a range, swarms of a client and swarms in all are bounded; an empty swarm gives way", async () => {
    const { url, stats } = await open({ maxConnectionsPerRange: 3, maxSwarmsPerClient: 2, maxSwarms: 2 });
    await using one = await TrackerClient.open(url);
    for (const name of ["a", "b", "c"]) one.announce(named(name), named("one"));
    await one.hear(({ info_hash }) => info_hash === named("b"));
    await using other = await TrackerClient.open(url);
    other.announce(named("d"), named("other"));
    expect(await other.closed).toBe(1_011);
    expect(stats()).toMatchObject({ swarms: 2, rejected: 1 });
    one.announce(named("a"), named("one"), { event: "stopped" });
    await one.hear(({ info_hash, incomplete }) => info_hash === named("a") && incomplete === 0);
    await using third = await TrackerClient.open(url);
    third.announce(named("d"), named("third"));
    await third.hear(({ info_hash }) => info_hash === named("d"));
    await using fourth = await TrackerClient.open(url);
    await expect(TrackerClient.open(url)).rejects.toThrow();
    expect(fourth.socket.readyState).toBe(fourth.socket.OPEN);
    expect(stats().refused).toBe(1);
  });

  test("answers over HTTP too (BEP 3), and knows no other page", async () => {
    const { port } = await open();
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const query = `info_hash=${"%00".repeat(20)}&peer_id=${"a".repeat(20)}&port=6881&compact=1`;
    expect(await (await ask(`/announce?${query}`)).text()).toMatch(/^d8:complete/);
    expect((await ask("/announce?info_hash=__proto__")).status).toBe(200);
    for (const path of ["/stats", "/stats.json", "/scrape", "/"]) expect((await ask(path)).status).toBe(404);
  });

  test("ends whole, with clients connected", async () => {
    const before = activeResources();
    const { url, close } = await open();
    const client = await TrackerClient.open(url);
    client.announce(swarm, named("one"));
    await client.hear(({ complete }) => complete !== undefined);
    await Promise.all([close(), close()]);
    expect(await client.closed).toBe(1_001);
    expect(await leakedSince(before)).toEqual(new Map());
  });
});

describe("ablation: the stock tracker", () => {
  let child: ChildProcess;
  beforeEach(() => {
    const file = fileURLToPath(new URL("stock-tracker.mjs", import.meta.url));
    child = fork(file, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  });
  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test("ends its process at an offer that is none", async () => {
    const [ready]: { url: string }[] = await once(child, "message");
    const url = ready?.url ?? "";
    await using victim = await TrackerClient.open(url);
    victim.announce(swarm, named("victim"));
    await victim.hear(({ complete }) => complete !== undefined);
    await using attacker = await TrackerClient.open(url);
    const exit = once(child, "exit");
    attacker.say(hostile["offers of nothing"]);
    expect((await exit)[0]).not.toBe(0);
  });
});

test("the gate takes what clients of WebTorrent say, and nothing hostile", () => {
  const said = { numwant: 5, uploaded: 0, downloaded: 0, left: null, event: "started", action: "announce" };
  const whole = { ...said, info_hash: named("\u00ff\u0000"), peer_id: named("-WW0300-"), offers };
  expect(readAnnounce(JSON.stringify(whole))).toMatchObject({ event: "started", offers });
  for (const [name, message] of Object.entries(hostile)) {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    expect(readAnnounce(text), name).toBeUndefined();
  }
});

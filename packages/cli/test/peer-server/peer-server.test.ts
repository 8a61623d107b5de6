import { once } from "node:events";
import { request } from "node:http";
import { systemClock } from "@swarm-space/core";
import { activeResources, leakedSince } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import type { PeerServerOptions } from "../../src/peer-server/options.ts";
import { openPeerServer } from "../../src/peer-server/peer-server.ts";
import { SignalClient } from "./signal-client.ts";

async function open(o: Partial<PeerServerOptions> = {}) {
  const server = await openPeerServer({ clock: systemClock(), port: 0, ...o });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

/** Status of one request, whose path may be anything. */
async function ask(url: string, path: string, method = "GET"): Promise<{ status: number; body: string }> {
  const asked = request({ port: new URL(url).port, host: "127.0.0.1", path, method, agent: false });
  asked.end();
  const [response] = await once(asked, "response");
  let body = "";
  for await (const part of response) body += part;
  return { status: response.statusCode, body };
}

describe("the signalling of PeerJS", () => {
  test("OPEN, OFFER with its sender, LEAVE, HEARTBEAT, ID-TAKEN, ERROR", async () => {
    await using server = await open();
    await using anna = await SignalClient.open(server.url, "anna");
    await using bert = await SignalClient.open(server.url, "bert");
    anna.say({ type: "HEARTBEAT" });
    anna.say({ type: "OFFER", src: "forged", dst: "bert", payload: { connectionId: "one" } });
    expect(await bert.hear(({ type }) => type === "OFFER")).toEqual({
      type: "OFFER",
      src: "anna",
      dst: "bert",
      payload: { connectionId: "one" },
    });
    bert.say({ type: "LEAVE", dst: "anna" });
    expect(await anna.hear(({ type }) => type === "LEAVE")).toMatchObject({ src: "bert" });
    await using second = new SignalClient(server.url, "anna", { token: "another" });
    expect(await second.hear(({ type }) => type === "ID-TAKEN")).toBeTruthy();
    await using stranger = new SignalClient(server.url, "carl", { key: "wrong" });
    expect(await stranger.hear(({ type }) => type === "ERROR")).toMatchObject({ payload: { msg: expect.any(String) } });
    expect(server.stats()).toMatchObject({ ids: 2, passed: 3, rejected: 0, refused: 0 });
  });

  test("who comes back with its token has its id again, and hears what was said meanwhile", async () => {
    await using server = await open();
    await using bert = await SignalClient.open(server.url, "bert");
    bert.offer("anna", "early");
    await using anna = new SignalClient(server.url, "anna");
    await anna.offered("early");
    await using again = new SignalClient(server.url, "anna"); // the same token, while the first is still there
    await once(again.socket, "open");
    bert.offer("anna", "late");
    await again.offered("late");
    expect(server.stats().ids).toBe(2);
  });

  test("ids by HTTP; no list of peers; other pages, methods and spoilt paths are turned away", async () => {
    await using server = await open();
    expect(await ask(server.url, "/peerjs/id")).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect((await ask(server.url, "/peerjs/peers")).status).toBe(401);
    expect((await ask(server.url, "/")).body).toMatch(/PeerJS Server/);
    for (const path of ["/nothing", "/%", "/peerjs/%E0%A4%A", "/wrong/id", "//", "*"]) {
      expect((await ask(server.url, path)).status, path).toBe(404);
    }
    expect((await ask(server.url, "/peerjs/id", "POST")).status).toBe(405);
  });
});

describe("bounds", () => {
  test.each([
    ["connections in all", { maxConnections: 2 }],
    ["connections of a range", { maxConnectionsPerRange: 2 }],
    ["ids of a range", { maxIdsPerRange: 2 }],
  ])("%s: one more is turned away, and is taken when another has gone", async (_name, bounds) => {
    await using server = await open(bounds);
    await using one = await SignalClient.open(server.url, "one");
    await using _two = await SignalClient.open(server.url, "two");
    await using three = new SignalClient(server.url, "three");
    expect(await three.closed).toBe(1_006);
    expect(server.stats()).toMatchObject({ ids: 2, refused: 1 });
    one.say({ type: "LEAVE" });
    await one.closed;
    await using _four = await SignalClient.open(server.url, "four");
  });

  test("ids that PeerJS does not take, and words without end", async () => {
    await using server = await open();
    for (const id of ["__proto__", "-", "a/b", "ä", "a".repeat(129)]) {
      await using client = new SignalClient(server.url, id);
      expect(await client.closed, id).toBe(1_006);
    }
    await using client = new SignalClient(server.url, "anna", { token: "t".repeat(129) });
    expect(await client.closed).toBe(1_006);
    expect(server.stats()).toMatchObject({ ids: 0, refused: 6 });
  });

  test("requests of a range", async () => {
    await using server = await open({ requestRate: { perSecond: 0.001, burst: 2 } });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await ask(server.url, "/peerjs/id")).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await using client = new SignalClient(server.url, "anna");
    expect(await client.closed).toBe(1_006);
  });

  test("a connection over its rate is read later, and nothing of it is lost; ablation: without a rate, at once", async () => {
    for (const [perSecond, rests] of [
      [200, true],
      [1e9, false],
    ] as const) {
      let resting = 0;
      const clock = systemClock();
      const counted = {
        now: () => clock.now(),
        wall: () => clock.wall(),
        timer: (delayMs: number, fn: () => void) => {
          if (delayMs < 250) resting += 1; // those of the library and of closing are longer
          return clock.timer(delayMs, fn);
        },
      };
      await using server = await open({ clock: counted, messageRate: { perSecond, burst: 10 } });
      await using anna = await SignalClient.open(server.url, "anna");
      await using bert = await SignalClient.open(server.url, "bert");
      for (let at = 0; at < 50; at += 1) anna.offer("bert", `mark ${at}`);
      await bert.offered("mark 49");
      expect(bert.told.filter(({ type }) => type === "OFFER")).toHaveLength(50);
      expect(resting > 0).toBe(rests);
    }
  });

  test("a reader that is too slow is cut off; ablation: without that bound, it is not", async () => {
    const fast = { perSecond: 1e9, burst: 1e9 };
    for (const [maxBufferedBytes, isCut] of [
      [65_536, true],
      [Number.POSITIVE_INFINITY, false],
    ] as const) {
      await using server = await open({ maxBufferedBytes, messageRate: fast, textRate: fast, absentRate: fast });
      await using anna = await SignalClient.open(server.url, "anna");
      await using bert = await SignalClient.open(server.url, "bert");
      await using carl = await SignalClient.open(server.url, "carl");
      bert.socket.pause();
      for (let at = 0; at < 400; at += 1) anna.offer("bert", "x".repeat(30_000));
      anna.offer("carl", "last");
      await carl.offered("last");
      expect(server.stats().ids).toBe(isCut ? 2 : 3);
    }
  });

  test("what waits for ids that are not here is bounded for everybody together", async () => {
    await using server = await open({ absentRate: { perSecond: 0.001, burst: 1_000 } });
    await using anna = await SignalClient.open(server.url, "anna");
    await using bert = await SignalClient.open(server.url, "bert");
    for (let at = 0; at < 100; at += 1) anna.offer(`nobody ${at}`, "x".repeat(100));
    anna.offer("bert", "last");
    await bert.offered("last");
    const { passed, rejected } = server.stats();
    expect(passed).toBeLessThan(10);
    expect(passed + rejected).toBe(101);
  });
});

describe("its end", () => {
  test("clients are told; twice is harmless; a port that is taken rejects and leaves nothing", async () => {
    await using server = await open();
    await using anna = await SignalClient.open(server.url, "anna");
    const before = activeResources();
    await expect(openPeerServer({ clock: systemClock(), port: server.port })).rejects.toThrow(/EADDRINUSE/);
    expect(await leakedSince(before)).toEqual(new Map());
    await Promise.all([server.close(), server.close()]);
    expect(await anna.closed).toBe(1_001);
  });

  test("100 times open and closed leave nothing, also not the library's own timers", async () => {
    const before = activeResources();
    for (let at = 0; at < 100; at += 1) {
      const server = await openPeerServer({ clock: systemClock(), port: 0 });
      await server.close();
    }
    expect(await leakedSince(before)).toEqual(new Map());
  });
});

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { activeResources, canCountResources, leakedSince } from "@swarm-space/testkit";
import { RTCPeerConnection as LibraryPeer } from "node-datachannel/polyfill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { parseCandidate, parseDescription } from "../src/description.ts";
import { Negotiation, openWebRtc, rtcOf, rtcOptions, type Signal, type WebRtcEngine } from "../src/index.ts";
import { openPair } from "../src/pair/index.ts";
import { clock, collect, connect, connectionOf, openLoopback, sendAll } from "./support/ends.ts";

let engine: WebRtcEngine;
beforeAll(async () => {
  engine = await openLoopback();
});
afterAll(() => engine.close());

/** Sizes from one byte to the largest frame, each frame told from the others by its first bytes. */
function framesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const frame = new Uint8Array(at % 50 === 49 ? 66_560 : 4 + ((at * 37) % 2_000)).fill(at);
    new DataView(frame.buffer).setUint32(0, at);
    return frame;
  });
}

test("a candidate that comes when the connection has just ended by itself is late, and not the other side's fault", async () => {
  const own = await openWebRtc({ clock });
  const { RTCPeerConnection } = own.wrtc("trickle");
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const told: RTCIceCandidateInit[] = [];
  b.addEventListener("icecandidate", (event) => {
    if (!("candidate" in event) || event.candidate === null) return;
    const candidate = parseCandidate(event.candidate);
    told.push(candidate);
    void a.addIceCandidate(candidate);
  });
  a.createDataChannel("any");
  const late = new Promise<void>((resolve, reject) =>
    a.addEventListener("connectionstatechange", () => {
      if (a.connectionState === "closed") a.addIceCandidate(told[0] ?? {}).then(resolve, reject);
    }),
  );
  const offer = await a.createOffer();
  await a.setLocalDescription(offer);
  await b.setRemoteDescription(parseDescription(offer));
  const { type, sdp } = parseDescription(await b.createAnswer());
  await b.setLocalDescription({ type, sdp });
  const fingerprint = `a=fingerprint:sha-256 ${Array(32).fill("AA").join(":")}`;
  await a.setRemoteDescription({ type, sdp: sdp.replace(/a=fingerprint:[^\r\n]*/, fingerprint) });
  await late;
  await own.close();
});

describe("two ends in Node", () => {
  test.each(["trickle", "whole"] as const)("connect by %s signalling, each time within three seconds", async (way) => {
    for (let round = 0; round < 10; round += 1) {
      const started = clock.now();
      const ends = await openPair(engine.wrtc(way));
      expect(clock.now() - started).toBeLessThan(3_000);
      for (const { peer } of ends) peer.close();
    }
  });

  test("give messages to whoever takes them, with no event for each", async () => {
    const [first, second] = await openPair(engine.wrtc("trickle"));
    for (const [from, to] of [
      [first, second],
      [second, first],
    ] as const) {
      let events = 0;
      to.channel.addEventListener("message", () => events++);
      const taken = new Promise((resolve) => to.channel.takeMessages?.(resolve));
      from.channel.send(Uint8Array.of(1, 2));
      expect(await taken).toEqual(Uint8Array.of(1, 2));
      expect(events).toBe(0);
    }
    for (const { peer } of [first, second]) peer.close();
  });

  test("agree on their binding, know each other's address, and are direct", async () => {
    const [first, second] = await connect(engine.wrtc("trickle"));
    expect(first.binding).toEqual(second.binding);
    expect([first.remote, second.remote]).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    ]);
    expect(first.capabilities).toEqual({ direct: true, maxFrameBytes: 66_560, latencyClassMs: 50 });
    await first.close();
  });

  test("use the ports that they are given, and are told from options", async () => {
    const [from, to] = [47_100, 47_109];
    const config = z.strictObject(rtcOptions).parse({ bindAddress: "127.0.0.1", webrtcPorts: { from, to } });
    const own = await openWebRtc({ clock, ...rtcOf(config) });
    const ends = await connect(own.wrtc("trickle"));
    for (const { remote } of ends) {
      const port = Number(remote.split(":").at(-1));
      expect(port).toBeGreaterThanOrEqual(from);
      expect(port).toBeLessThanOrEqual(to);
    }
    await own.close();
  });

  test("a range of ports that ends before it begins is refused with its path", () => {
    const { error } = z.strictObject(rtcOptions).safeParse({ webrtcPorts: { from: 50_000, to: 49_999 } });
    expect(error?.issues).toMatchObject([{ path: ["webrtcPorts", "to"] }]);
  });

  test("1,000 frames each way arrive whole and in order", async () => {
    const [first, second] = await connect(engine.wrtc("trickle"));
    const frames = framesOf(1_000);
    const arriving = [collect(first, 1_000), collect(second, 1_000)];
    await Promise.all([sendAll(first, frames), sendAll(second, frames)]);
    for (const got of await Promise.all(arriving)) expect(got).toEqual(frames);
    await first.close();
  });

  test("what was sent is nobody's any more: its memory may be used again or given back at once, on both sides", async () => {
    const [first, second] = await connect(engine.wrtc("trickle"));
    expect([first.copiesFrames, second.copiesFrames]).toEqual([true, true]);
    const frames = framesOf(100);
    const got: Uint8Array[] = [];
    const all = new Promise<void>((resolve) => {
      second.read((frame) => {
        got.push(Uint8Array.from(frame));
        frame.fill(0xee);
        structuredClone(frame.buffer, { transfer: [frame.buffer] });
        if (got.length === frames.length) resolve();
      });
    });
    for (const frame of frames) {
      const own = Uint8Array.from(frame);
      if (!first.send(own)) await first.drained({ signal: new AbortController().signal });
      own.fill(0xee);
      structuredClone(own.buffer, { transfer: [own.buffer] });
    }
    await all;
    expect(got).toEqual(frames);
    await first.close();
  });

  test("an orderly close delivers all that was sent before, to a slow reader too", async () => {
    const [first, second] = await connect(engine.wrtc("trickle"));
    const frames = framesOf(5_000);
    let count = 0;
    second.read((frame) => {
      expect(new DataView(frame.buffer).getUint32(0)).toBe(count);
      count += 1;
      const until = clock.now() + 0.01;
      while (clock.now() < until);
    });
    await sendAll(first, frames);
    await first.close("done");
    expect(await second.closed).toEqual({ by: "remote", detail: "closed by the other side" });
    expect(count).toBe(5_000);
    expect(await first.closed).toEqual({ by: "local", detail: "done" });
  });

  test("both that close at once end", async () => {
    const ends = await connect(engine.wrtc("trickle"));
    await Promise.all(ends.map((end) => end.close()));
    expect(await Promise.all(ends.map((end) => end.closed))).toEqual([
      { by: "local", detail: "closed" },
      { by: "local", detail: "closed" },
    ]);
  });

  test("a peer connection that goes without a goodbye is lost", async () => {
    const ends: Parameters<typeof connectionOf>[0][] = [];
    await openPair(engine.wrtc("trickle"), (end) => ends.push(end));
    const [first, second] = ends;
    if (!first || !second) throw new Error("a pair has two ends");
    const connection = connectionOf(first);
    second.peer.close();
    expect(await connection.closed).toMatchObject({ by: "lost" });
  });
});

describe("a hostile other side", () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ["text", "hello"],
    ["66,561 bytes", new Uint8Array(66_561).fill(1)],
    ["10 MB", new Uint8Array(10_000_000)],
  ])("that sends %s breaks the rules", async (_what, message) => {
    const mine = new (engine.wrtc("trickle").RTCPeerConnection)();
    const connection = connectionOf({ peer: mine, channel: mine.createDataChannel("frames") });
    // It takes and sends more than we ever offered.
    const theirs = new LibraryPeer({ iceServers: [], ...{ bindAddress: "127.0.0.1", maxMessageSize: 20_000_000 } });
    const unlimited = (signal: Signal) =>
      signal.type === "candidate" ? signal : { ...signal, sdp: signal.sdp.replace(/max-message-size:\d+/, "$&00") };
    const here: Negotiation = new Negotiation(mine, (signal) => void there.receive(unlimited(signal)));
    const there: Negotiation = new Negotiation(theirs, (signal) => void here.receive(signal));
    theirs.addEventListener("datachannel", (event) => {
      if (!("channel" in event)) return;
      const channel = event.channel as RTCDataChannel;
      const send = () => (typeof message === "string" ? channel.send(message) : channel.send(message));
      if (channel.readyState === "open") send();
      else channel.addEventListener("open", send);
    });
    await here.offer();
    expect(await connection.closed).toMatchObject({ by: "protocol" });
    theirs.close();
  });

  test.each<[string, unknown]>([
    ["rubbish", { type: "offer", sdp: "rubbish" }],
    ["an answer out of turn", { type: "answer" }],
    ["an offer without ICE", { type: "offer", ice: false }],
    ["a rollback", { type: "rollback", sdp: "" }],
  ])("%s is refused, and the process lives", async (_what, value) => {
    const { RTCPeerConnection } = engine.wrtc("trickle");
    const from = new RTCPeerConnection();
    from.createDataChannel("frames");
    const { sdp = "" } = await from.createOffer();
    const to = new RTCPeerConnection();
    const negotiation = new Negotiation(to, () => {});
    const isWhole = !(value instanceof Object) || !("ice" in value);
    const signal = { sdp: isWhole ? sdp : sdp.replace(/a=ice-(ufrag|pwd)[^\n]*\n/g, ""), ...Object(value) };
    await expect(negotiation.receive(signal)).rejects.toMatchObject({ code: "SIGNAL_INVALID" });
    await expect(to.createOffer()).rejects.toMatchObject({ code: "SIGNAL_INVALID" });
    await expect(to.setLocalDescription({ type: "offer", sdp })).rejects.toMatchObject({ code: "SIGNAL_INVALID" });
    from.close();
    to.close();
  });
});

test("a candidate before its description waits", async () => {
  const { RTCPeerConnection } = engine.wrtc("trickle");
  const [offering, answering] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const opened = new Promise((resolve) => {
    offering.createDataChannel("frames").addEventListener("open", resolve);
  });
  const early: RTCIceCandidateInit[] = [];
  answering.addEventListener("icecandidate", (event) => {
    if ("candidate" in event && event.candidate) early.push(event.candidate);
  });
  const offer = await offering.createOffer();
  expect(offer.sdp).not.toMatch(/a=candidate/);
  await offering.setLocalDescription(offer);
  await answering.setRemoteDescription({ type: "offer", sdp: offer.sdp ?? "" });
  const answer = await answering.createAnswer();
  await answering.setLocalDescription(answer);
  await expect.poll(() => early.length).toBeGreaterThan(0);
  const taken = Promise.all(early.map((candidate) => offering.addIceCandidate(candidate)));
  await new Promise(setImmediate);
  await offering.setRemoteDescription({ type: "answer", sdp: answer.sdp ?? "" });
  await taken;
  await opened;
  offering.close();
  answering.close();
});

test("100 that open and close leave nothing, and the last of them ends with the engine", async () => {
  expect(canCountResources()).toBe(true);
  const before = activeResources();
  const own = await openLoopback();
  for (let round = 0; round < 100; round += 1) {
    const { RTCPeerConnection } = own.wrtc("trickle");
    const peer = new RTCPeerConnection();
    peer.createDataChannel("frames");
    if (round % 2 === 0) peer.close();
  }
  await own.close();
  await own.close();
  expect(await leakedSince(before)).toEqual(new Map());
  expect(() => new (own.wrtc("trickle").RTCPeerConnection)()).toThrowError(
    expect.objectContaining({ code: "CONNECTION_CLOSED" }),
  );
});

test.each([
  ["with one link open at one end; no global was touched", "one-link"],
  ["after 50 links whose ends closed at the same moment", "many-links"],
  ["though a channel was closed before it came in", "dead-arrival"],
])("a process that closes its engine ends by itself, %s", async (_when, script) => {
  const child = fork(fileURLToPath(new URL(`./support/${script}.ts`, import.meta.url)));
  const [heard] = await once(child, "message");
  const [code, signal] = await once(child, "exit");
  expect({ heard, code, signal }).toEqual({ heard: "closed", code: 0, signal: null });
});

import { VirtualClock } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import {
  DataChannelConnection,
  type DataChannelParts,
  type Description,
  type RestartSignalling,
} from "../src/index.ts";
import { FakeChannel, FakePeer, sdpOf } from "./support/fake-peer.ts";

const never = new AbortController().signal;

function make(change: Partial<DataChannelParts> = {}) {
  const clock = new VirtualClock();
  const peer = new FakePeer();
  const channel = new FakeChannel();
  const parts = { clock, peer, channel, transport: "t", road: "direct", ...change };
  return { clock, peer, channel, open: () => new DataChannelConnection(parts) };
}

const bytes = (length: number, first = 1) => Uint8Array.from({ length }, (_, at) => (at === 0 ? first : at));

describe("what it says of itself", () => {
  test("both ends make the same binding, of 64 bytes", async () => {
    const here = make();
    const there = make();
    [there.peer.localDescription, there.peer.remoteDescription] = [
      here.peer.remoteDescription,
      here.peer.localDescription,
    ];
    const { binding } = here.open();
    expect(binding).toHaveLength(64);
    expect(there.open().binding).toEqual(binding);
  });

  test("a description with a second fingerprint is no binding at all: closed as a breach", async () => {
    const { peer, open } = make();
    peer.remoteDescription = { type: "answer", sdp: sdpOf("0b") + sdpOf("0c") };
    const connection = open();
    expect(await connection.closed).toMatchObject({ by: "protocol" });
    await expect(connection.opened({ signal: never })).rejects.toMatchObject({ code: "DIAL_FAILED" });
    expect(peer.closes).toBe(1);
  });

  test.each([
    [262_144, 66_560],
    [Number.POSITIVE_INFINITY, 66_560],
    [65_536, 65_535],
    [null, 65_535],
    [1_025, 1_024],
  ])("where messages of %s bytes are taken, frames have at most %s", (maxMessageSize, most) => {
    const { peer, open } = make();
    peer.sctp = { maxMessageSize };
    const connection = open();
    expect(connection.capabilities.maxFrameBytes).toBe(most);
    expect(connection.send(bytes(most))).toBe(true);
    expect(() => connection.send(bytes(most + 1))).toThrowError(expect.objectContaining({ code: "FRAME_TOO_LARGE" }));
  });

  test("one that takes less than a frame's least is refused", async () => {
    const { peer, open } = make();
    peer.sctp = { maxMessageSize: 1_023 };
    expect(await open().closed).toMatchObject({ by: "protocol" });
  });

  test.each([
    ["host", true],
    ["relay", false],
  ])("a path by a %s candidate: direct %s, with its address", async (candidateType, direct) => {
    const { peer, open } = make();
    peer.stats.set("T", { type: "transport", selectedCandidatePairId: "P" });
    peer.stats.set("P", { type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" });
    peer.stats.set("L", { type: "local-candidate", candidateType });
    peer.stats.set("R", { type: "remote-candidate", candidateType: "host", address: "2001:db8::1", port: 7 });
    const connection = open();
    await connection.opened({ signal: never });
    expect(connection.capabilities.direct).toBe(direct);
    expect(connection.remote).toBe("[2001:db8::1]:7");
  });
});

describe("opening", () => {
  test("waits for the channel", async () => {
    const { channel, open } = make();
    channel.readyState = "connecting";
    const connection = open();
    let isOpen = false;
    const opened = connection.opened({ signal: never }).then(() => {
      isOpen = true;
    });
    await Promise.resolve();
    expect(isOpen).toBe(false);
    channel.readyState = "open";
    channel.dispatchEvent(new Event("open"));
    await opened;
  });

  test.each(["localDescription", "remoteDescription"] as const)(
    "a channel that is open before its %s is told waits for it, and keeps what comes meanwhile",
    async (late) => {
      const { channel, peer, open } = make();
      const description = peer[late];
      peer[late] = null;
      channel.readyState = "connecting";
      const connection = open();
      const opened = connection.opened({ signal: never });
      channel.readyState = "open";
      channel.dispatchEvent(new Event("open"));
      channel.arrive(new Uint8Array([7]).buffer);
      peer.dispatchEvent(new Event("signalingstatechange"));
      expect(connection.binding).toHaveLength(0);
      peer[late] = description;
      peer.dispatchEvent(new Event("signalingstatechange"));
      await opened;
      expect(connection.binding).toHaveLength(64);
      const frames: Uint8Array[] = [];
      connection.read((frame) => void frames.push(frame));
      await expect.poll(() => frames).toEqual([new Uint8Array([7])]);
    },
  );

  test("called off while a closed peer connection's statistics do not come, it rejects all the same", async () => {
    const { peer, open } = make();
    peer.getStats = () => new Promise(() => undefined);
    const control = new AbortController();
    const opened = open().opened({ signal: control.signal });
    control.abort(new Error("enough"));
    await expect(opened).rejects.toThrow("enough");
  });

  test("called off, it rejects with the reason and closes both", async () => {
    const { channel, peer, open } = make();
    channel.readyState = "connecting";
    const connection = open();
    const control = new AbortController();
    const opened = connection.opened({ signal: control.signal });
    control.abort(new Error("enough"));
    await expect(opened).rejects.toThrow("enough");
    expect([channel.closes, peer.closes]).toEqual([1, 1]);
    expect(await connection.closed).toMatchObject({ by: "local" });
  });
});

test("a channel that fails is lost, though its peer connection stays, and what it says afterwards changes nothing", async () => {
  const { channel, peer, open } = make();
  const connection = open();
  channel.dispatchEvent(new Event("error"));
  channel.dispatchEvent(new Event("close"));
  expect(await connection.closed).toMatchObject({ by: "lost" });
  expect([channel.closes, peer.closes]).toEqual([1, 1]);
});

describe("sending", () => {
  test("that it is enough holds until there is an event of room, also where another thread empties the buffer", async () => {
    const { channel, open } = make();
    const connection = open();
    while (connection.send(bytes(65_536)));
    channel.bufferedAmount = 0;
    const control = new AbortController();
    const [called, drained] = [connection.drained({ signal: control.signal }), connection.drained({ signal: never })];
    control.abort(new Error("enough"));
    await expect(called).rejects.toThrow("enough");
    channel.drain();
    await drained;
    await connection.drained({ signal: never });
  });

  test("says when it is enough, and when there is room again", async () => {
    const { channel, open } = make();
    const connection = open();
    const frame = bytes(65_536);
    let taken = 1;
    while (connection.send(frame)) taken += 1;
    expect(taken).toBe(16);
    expect(connection.bufferedBytes).toBe(1_048_576);
    expect(channel.bufferedAmountLowThreshold).toBe(262_144);
    let isDrained = false;
    const drained = connection.drained({ signal: never }).then(() => {
      isDrained = true;
    });
    await Promise.resolve();
    expect(isDrained).toBe(false);
    channel.drain();
    await drained;
    await connection.drained({ signal: never });
  });

  test("waiting is called off by the signal, and ended by the end", async () => {
    const { peer, open } = make();
    const connection = open();
    while (connection.send(bytes(65_536)));
    const control = new AbortController();
    const first = connection.drained({ signal: control.signal });
    const second = connection.drained({ signal: never });
    control.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    peer.become("failed");
    await second;
  });

  test("who pushes on ends the connection within 8 MiB and a frame", async () => {
    const { channel, open } = make();
    const connection = open();
    const push = () => {
      for (;;) connection.send(bytes(65_536));
    };
    expect(push).toThrowError(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    expect(channel.bufferedAmount).toBeLessThanOrEqual(8_388_608 + 65_536);
    expect(await connection.closed).toMatchObject({ by: "local" });
  });

  test.each([0, 1, 2, 1_024])("a frame of %i zeros is no goodbye, and arrives as it is", async (length) => {
    const [near, far] = [make(), make()];
    const [here, there] = [near.open(), far.open()];
    const frames: Uint8Array[] = [];
    there.read((frame) => frames.push(frame));
    here.send(new Uint8Array(length));
    const [message] = near.channel.sent;
    expect(message).toHaveLength(length + 1);
    far.channel.arrive(Uint8Array.from(message ?? []).buffer);
    await expect.poll(() => frames).toEqual([new Uint8Array(length)]);
  });

  test("a channel that throws is lost", async () => {
    const { channel, open } = make();
    const connection = open();
    channel.readyState = "closed";
    expect(() => connection.send(bytes(3))).toThrowError(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    expect(await connection.closed).toMatchObject({ by: "lost" });
    expect(() => connection.send(bytes(3))).toThrowError(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  });

  test("a part of a larger array, and shared memory, go as they are", () => {
    const { channel, open } = make();
    const connection = open();
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set([7, 8, 9]);
    connection.send(bytes(9).subarray(2, 5));
    connection.send(shared);
    expect(channel.sent).toEqual([Uint8Array.of(2, 3, 4), Uint8Array.of(7, 8, 9)]);
    expect(channel.sent[1]?.buffer).toBeInstanceOf(ArrayBuffer);
  });
});

describe("reading", () => {
  test("early frames follow in order, not within the call, and what comes meanwhile after them", async () => {
    const { channel, open } = make();
    const connection = open();
    const got: number[] = [];
    for (const first of [1, 2]) channel.arrive(bytes(3, first).buffer);
    connection.read((frame) => {
      got.push(frame[0] ?? 0);
      if (frame[0] === 1) channel.arrive(bytes(3, 4).buffer);
    });
    channel.arrive(bytes(3, 3).buffer);
    expect(got).toEqual([]);
    await Promise.resolve();
    expect(got).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [257, 1, "256 frames"],
    [17, 65_536, "1 MiB"],
  ])("%s early frames of %s bytes are a breach, beyond %s", async (count, length) => {
    const { channel, open } = make();
    const connection = open();
    for (let at = 1; at < count; at += 1) channel.arrive(bytes(length).buffer);
    expect(connection.send(bytes(1))).toBe(true);
    channel.arrive(bytes(length).buffer);
    expect(await connection.closed).toMatchObject({ by: "protocol" });
  });

  test.each<[string, unknown]>([
    ["text", "hello"],
    ["a blob", new Blob(["x"])],
    ["too large", new Uint8Array(66_561).fill(1).buffer],
    ["nothing", undefined],
  ])("%s is a breach", async (_what, data) => {
    const { channel, peer, open } = make();
    const connection = open();
    let heard = 0;
    connection.read(() => {
      heard += 1;
    });
    channel.arrive(data);
    expect(await connection.closed).toMatchObject({ by: "protocol" });
    channel.arrive(bytes(3).buffer);
    expect([heard, peer.closes]).toEqual([0, 1]);
  });

  test("a reader that throws ends it, and nothing throws into the engine", async () => {
    const { channel, open } = make();
    const connection = open();
    connection.read(() => {
      throw new Error("reader");
    });
    await Promise.resolve();
    channel.arrive(bytes(3).buffer);
    expect(await connection.closed).toEqual({ by: "local", detail: "the reader threw" });
  });
});

describe("the end", () => {
  test("says goodbye behind the frames, and waits until the other side went", async () => {
    const { clock, channel, peer, open } = make();
    const connection = open();
    connection.send(bytes(3));
    let isGone = false;
    const gone = connection.close("done").then(() => {
      isGone = true;
    });
    expect(await connection.closed).toEqual({ by: "local", detail: "done" });
    expect(channel.sent.map(({ byteLength }) => byteLength)).toEqual([3, 0]);
    await clock.advance(1_999);
    expect([isGone, peer.closes]).toEqual([false, 0]);
    channel.dispatchEvent(new Event("close"));
    await gone;
    expect([peer.closes, clock.pending]).toEqual([1, 0]);
    await connection.close();
    expect(await connection.closed).toEqual({ by: "local", detail: "done" });
  });

  test("where both say it at once, neither waits", async () => {
    const { channel, clock, open } = make();
    const gone = open().close();
    channel.arrive(bytes(3).buffer);
    channel.arrive(new ArrayBuffer(0));
    await gone;
    expect(clock.pending).toBe(0);
  });

  test("does not wait for ever", async () => {
    const { clock, peer, open } = make();
    const gone = open().close();
    await clock.advance(2_000);
    await gone;
    expect(peer.closes).toBe(1);
  });

  test("frames that came before the goodbye can still be read", async () => {
    const { channel, open } = make();
    const connection = open();
    channel.arrive(bytes(3).buffer);
    channel.arrive(new ArrayBuffer(0));
    expect(await connection.closed).toMatchObject({ by: "remote" });
    const got: number[] = [];
    connection.read((frame) => got.push(frame.byteLength));
    await Promise.resolve();
    expect(got).toEqual([3]);
  });

  test.each<[RTCPeerConnectionState, string]>([
    ["connected", "remote"],
    ["closed", "lost"],
    ["disconnected", "lost"],
  ])("a channel that closes without a goodbye while the peer connection is %s: %s", async (state, by) => {
    const { channel, peer, open } = make();
    const connection = open();
    peer.connectionState = state;
    channel.dispatchEvent(new Event("close"));
    expect(await connection.closed).toMatchObject({ by });
  });

  test.each(["failed", "closed"] as const)("a peer connection that is %s is lost at once", async (state) => {
    const { clock, peer, open } = make();
    const connection = open();
    peer.become(state);
    expect(await connection.closed).toMatchObject({ by: "lost" });
    expect(clock.pending).toBe(0);
  });
});

describe("a dead path", () => {
  /** What a transport has for an ICE restart, with what went out. */
  function signalling(change: Partial<RestartSignalling> = {}) {
    const offers: Description[] = [];
    let backs = 0;
    const restart: RestartSignalling = {
      offers: true,
      isRestartable: true,
      sendOffer: (offer) => void offers.push(offer),
      onBack: () => (backs += 1),
      ...change,
    };
    return { restart, offers, backs: () => backs };
  }

  test("may come back: the side that offers restarts ICE, and says an offer again that was not answered", async () => {
    const { restart, offers, backs } = signalling();
    const { clock, peer, open } = make({ restart });
    const connection = open();
    peer.become("disconnected");
    await clock.advance(0);
    expect([peer.offered, offers]).toEqual([
      [{ iceRestart: true }],
      [{ type: "offer", sdp: sdpOf("0a"), restarts: true }],
    ]);
    peer.signalingState = "have-local-offer";
    await clock.advance(3_000);
    expect([peer.offered.length, offers.length]).toEqual([1, 2]);
    // Answered, and to no avail: another one.
    peer.signalingState = "stable";
    await clock.advance(3_000);
    expect([peer.offered.length, offers.length]).toEqual([2, 3]);
    await clock.advance(3_000);
    peer.become("connecting");
    expect(backs()).toBe(0);
    peer.become("connected");
    await clock.advance(60_000);
    expect(connection.send(bytes(3))).toBe(true);
    expect([offers.length, backs(), clock.pending]).toEqual([3, 1, 0]);
  });

  test("a path that failed is waited for as long, and by the side that answers too; then it is lost", async () => {
    for (const offers of [true, false]) {
      const made = signalling({ offers });
      const { clock, peer, open } = make({ restart: made.restart });
      const connection = open();
      peer.become("failed");
      await clock.advance(9_999);
      expect([connection.send(bytes(3)), made.offers.length]).toEqual([true, offers ? 3 : 0]);
      await clock.advance(1);
      expect(await connection.closed).toMatchObject({ by: "lost" });
      expect([clock.pending, peer.closes]).toEqual([0, 1]);
    }
  });

  test.each([
    ["no restart is known", undefined],
    ["the other side's engine cannot", signalling({ isRestartable: false }).restart],
  ])("where %s, one that failed is lost at once", async (_why, restart) => {
    const { clock, peer, open } = make(restart === undefined ? {} : { restart });
    const connection = open();
    peer.become("failed");
    expect(await connection.closed).toMatchObject({ by: "lost" });
    expect([peer.offered, clock.pending]).toEqual([[], 0]);
  });

  test("closed in the middle of a restart, nothing is left of it", async () => {
    const { restart, offers } = signalling();
    const { clock, peer, channel, open } = make({ restart });
    const connection = open();
    peer.become("disconnected");
    void connection.close();
    channel.arrive(new ArrayBuffer(0));
    await clock.advance(60_000);
    expect([offers, clock.pending, peer.closes]).toEqual([[], 0, 1]);
  });

  test("is lost after its grace", async () => {
    const { clock, peer, open } = make();
    const connection = open();
    peer.become("disconnected");
    await clock.advance(10_000);
    expect(await connection.closed).toMatchObject({ by: "lost" });
    expect(peer.closes).toBe(1);
  });

  test("a process that slept gives it the grace again", async () => {
    let late = 0;
    const base = new VirtualClock();
    // As after a suspend: timers are due at once, and the time is far on.
    const clock = {
      now: () => base.now() + late,
      wall: () => base.wall(),
      timer: (delayMs: number, run: () => void) => base.timer(delayMs, run),
    };
    const { peer, open } = make({ clock });
    const connection = open();
    peer.become("disconnected");
    late = 3_600_000;
    await base.advance(10_000);
    expect(connection.send(bytes(3))).toBe(true);
    await base.advance(10_000);
    expect(await connection.closed).toMatchObject({ by: "lost" });
  });
});

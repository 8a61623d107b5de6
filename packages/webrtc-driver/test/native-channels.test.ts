import { VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { MessageTap } from "../src/node/message-tap.ts";
import { NativeChannels } from "../src/node/native-channels.ts";

/** A native channel as the library has it: its end is said once, to whoever listens then, and who closes it by hand listens no more. */
class FakeNative {
  /** A thread of the library closes it, and is about to say so. */
  isEnding = false;
  closes = 0;
  #tell: (() => void) | undefined;
  #give: (message: string | Uint8Array) => void = () => {};
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  getId(): number {
    return this.#id;
  }

  isOpen(): boolean {
    return this.#id >= 0 && this.closes === 0;
  }

  onClosed(tell: () => void): void {
    this.#tell = tell;
  }

  onMessage(tell: (message: string | Uint8Array) => void): void {
    this.#give = tell;
  }

  arrive(message: string | Uint8Array): void {
    this.#give(message);
  }

  close(): void {
    this.closes += 1;
    if (this.isEnding) this.#tell = undefined;
    else this.end();
  }

  end(): void {
    this.#tell?.();
    this.#tell = undefined;
  }
}

function make(id: number) {
  const clock = new VirtualClock();
  const native = new FakeNative(id);
  let arrive: (channel: FakeNative) => void = () => {};
  const told: string[] = [];
  const peer = {
    createDataChannel: (_label: string) => native,
    onDataChannel(tell: (channel: FakeNative) => void) {
      arrive = tell;
    },
  };
  const channels = new NativeChannels({
    clock,
    peer,
    onTooMany: () => told.push("too many"),
    onStuck: () => told.push("stuck"),
    onOver: () => told.push("over"),
  });
  peer.onDataChannel(() => told.push("channel"));
  const open = () => {
    const channel = peer.createDataChannel("frames");
    channel.onClosed(() => told.push("closed"));
    return channel;
  };
  return { clock, native, channels, told, open, arrive: (channel: FakeNative) => arrive(channel) };
}

test("a channel that is closed while a thread closes it says so, and it is over only then", () => {
  const { native, channels, told, open, clock } = make(1);
  const channel = open();
  native.isEnding = true;
  channels.closing();
  channel.close();
  channels.peerClosed();
  expect(told).toEqual([]);
  native.end();
  expect([told, clock.pending, native.closes]).toEqual([["closed", "over"], 0, 0]);
});

test("one that is closed alone is closed at once", () => {
  const { told, open, native } = make(1);
  open().close();
  expect([told, native.closes]).toEqual([["closed"], 1]);
});

test("one that was never connected, of which no thread knows, is closed with its peer connection", () => {
  const { channels, told, open, clock } = make(-1);
  open();
  channels.closing();
  channels.peerClosed();
  expect([told, clock.pending]).toEqual([["closed", "over"], 0]);
});

test("one of which nothing is said is closed after half a second", async () => {
  const { channels, told, open, clock } = make(1);
  open();
  channels.closing();
  channels.peerClosed();
  await clock.advance(499);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect([told, clock.pending]).toEqual([["closed", "over"], 0]);
});

test("one that says nothing even then is left to be collected", async () => {
  const { channels, told, open, clock, native } = make(1);
  open();
  native.isEnding = true;
  channels.peerClosed();
  await clock.advance(1_000);
  expect([told, clock.pending]).toEqual([["stuck", "over"], 0]);
});

test("one that came in closed is told to nobody, and left to be collected", () => {
  const { told, arrive, channels, clock } = make(1);
  const dead = new FakeNative(1);
  dead.close();
  arrive(dead);
  channels.peerClosed();
  expect([told, clock.pending]).toEqual([["stuck", "over"], 0]);
});

test("the other side may open 16 channels, and no more", () => {
  const { told, arrive } = make(1);
  for (let count = 0; count < 17; count += 1) arrive(new FakeNative(1));
  expect(told).toEqual([...Array(16).fill("channel"), "too many"]);
});

test("messages go to who asked to be told of each, until somebody takes them all", () => {
  const native = new FakeNative(1);
  const tap = MessageTap.on(native);
  const told: unknown[] = [];
  const taken: unknown[] = [];
  native.onMessage((message) => told.push(message));
  native.arrive("first");
  tap.take((data) => taken.push(data));
  native.arrive("text");
  const parts = Buffer.from("..whole").subarray(2);
  native.arrive(parts);
  expect(told).toEqual(["first"]);
  expect(taken).toEqual(["text", new Uint8Array(parts)]);
  // A Buffer's `slice` is a view, which an application would not expect.
  expect(Buffer.isBuffer(taken[1])).toBe(false);
});

import { expectCode, expectEqual, expectTrue, sameBytes } from "./expectation.ts";
import type { TransportCheck } from "./transport-check.ts";
import { listen, numbered, numberOf, upTo } from "./transport-stage.ts";

/** Frames: whole, apart, in order, once. */
export const transportFrameChecks: readonly TransportCheck[] = [
  {
    promise: "an empty frame arrives as an empty frame, in its place",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      for (const length of [4, 0, 0, 5, 0]) near.send(new Uint8Array(length));
      await stage.hears(heard, 5);
      expectEqual(
        heard.frames.map(({ length }) => length),
        [4, 0, 0, 5, 0],
        "lengths of frames",
      );
    },
  },
  {
    promise: "frames of one byte arrive, every value of it",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      for (let value = 0; value < 256; value += 1) near.send(Uint8Array.of(value));
      await stage.hears(heard, 256);
      expectEqual(
        heard.frames.map((frame) => [...frame]),
        upTo(256).map((value) => [value]),
        "frames of one byte",
      );
    },
  },
  {
    promise: "the largest frame arrives whole, both ways",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = [listen(far), listen(near)];
      const frames = [
        numbered(1, near.capabilities.maxFrameBytes),
        numbered(2, far.capabilities.maxFrameBytes),
      ] as const;
      near.send(frames[0].slice());
      far.send(frames[1].slice());
      for (const [at, each] of heard.entries()) {
        await stage.hears(each, 1);
        expectTrue(sameBytes(frames[at] ?? new Uint8Array(), each.frames[0]), "the largest frame comes unchanged");
      }
    },
  },
  {
    promise: "one byte more than the largest is refused by FRAME_TOO_LARGE; the connection goes on",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const { maxFrameBytes } = near.capabilities;
      for (const more of [1, 1_024, maxFrameBytes]) {
        const send = () => near.send(new Uint8Array(maxFrameBytes + more));
        await expectCode(async () => send(), ["FRAME_TOO_LARGE"], `a frame of ${more} bytes too many`);
      }
      near.send(numbered(1));
      await stage.hears(heard, 1);
      await stage.quiet();
      expectEqual(heard.frames.map(numberOf), [1], "frames beside those that were refused");
    },
  },
  {
    promise: "frames stay whole and apart, whatever their sizes",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const most = near.capabilities.maxFrameBytes;
      const around = [16, 126, 256, 1_024, 1_200, 16_384, 65_536, most].flatMap((size) => [size - 1, size, size + 1]);
      const sizes = around.filter((size) => size <= most);
      const frames = sizes.map((size, at) => numbered(at, size));
      await stage.sendAll(
        near,
        frames.map((frame) => frame.slice()),
      );
      await stage.hears(heard, frames.length);
      expectEqual(
        heard.frames.map(({ length }) => length),
        sizes,
        "sizes",
      );
      expectTrue(
        frames.every((frame, at) => sameBytes(frame, heard.frames[at])),
        "every byte of every frame comes as it was sent",
      );
    },
  },
  {
    promise: "the transport does not change the array it is given",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const frames = upTo(20).map((number) => numbered(number, 500));
      const copies = frames.map((frame) => frame.slice());
      await stage.sendAll(near, frames);
      await stage.hears(heard, frames.length);
      await stage.quiet();
      expectTrue(
        frames.every((frame, at) => sameBytes(frame, copies[at])),
        "a frame that was sent is as it was",
      );
    },
  },
  {
    promise: "an array the reader was given stays as it is, whatever comes later",
    async run(stage) {
      const { near, far } = await stage.pair();
      const kept: Uint8Array[] = [];
      const copies: Uint8Array[] = [];
      far.read((frame) => {
        kept.push(frame);
        copies.push(frame.slice());
      });
      const frames = upTo(200).map((number) => numbered(number, 300));
      await stage.sendAll(near, frames);
      await stage.hears({ frames: kept }, frames.length);
      await stage.quiet();
      expectTrue(
        kept.every((frame, at) => sameBytes(frame, copies[at])),
        "a frame that was read is not changed later",
      );
      expectTrue(
        kept.every((frame, at) => sameBytes(frame, frames[at])),
        "a frame that was read is what was sent",
      );
    },
  },
  {
    promise: "a view of a larger buffer arrives as the view alone",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const wide = new Uint8Array(4_096).fill(0xee);
      wide.set(numbered(9, 100), 1_000);
      near.send(wide.subarray(1_000, 1_100));
      await stage.hears(heard, 1);
      expectTrue(sameBytes(numbered(9, 100), heard.frames[0]), "the view, and nothing beside it");
    },
  },
  {
    promise: "10,000 frames arrive each once and in order",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      await stage.sendAll(
        near,
        upTo(10_000).map((number) => numbered(number)),
      );
      await stage.hears(heard, 10_000);
      await stage.quiet();
      expectInOrder(heard.frames, 10_000);
    },
  },
  {
    promise: "both ways at once, each keeps its order",
    async run(stage) {
      const { near, far } = await stage.pair();
      const [atNear, atFar] = [listen(near), listen(far)];
      for (let number = 0; number < 2_000; number += 20) {
        const some = upTo(20).map((more) => numbered(number + more, 64));
        await stage.sendAll(near, some);
        await stage.sendAll(far, some);
      }
      await stage.hears(atNear, 2_000);
      await stage.hears(atFar, 2_000);
      expectInOrder(atNear.frames, 2_000);
      expectInOrder(atFar.frames, 2_000);
    },
  },
  {
    promise: "large and small frames keep their order among each other",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      const most = near.capabilities.maxFrameBytes;
      const sizes = [4, most, 5, most >> 1, 4, 4, most, 1_000];
      await stage.sendAll(
        near,
        upTo(160).map((number) => numbered(number, sizes[number % sizes.length])),
      );
      await stage.hears(heard, 160);
      expectInOrder(heard.frames, 160);
      expectTrue(
        heard.frames.every((frame, at) => frame.length === sizes[at % sizes.length]),
        "each frame has its own size",
      );
    },
  },
  {
    promise: "frames sent in turns of their own arrive once and in order, as those of one turn do",
    async run(stage) {
      const { near, far } = await stage.pair();
      const heard = listen(far);
      for (let number = 0; number < 60; number += 1) {
        await stage.sendAll(near, [numbered(number)]);
        if (number % 6 === 0) await stage.pass(1);
        else await Promise.resolve();
      }
      await stage.hears(heard, 60);
      await stage.quiet();
      expectInOrder(heard.frames, 60);
    },
  },
  {
    promise: "a reader that sends from within keeps the order",
    async run(stage) {
      const { near, far } = await stage.pair();
      far.read((frame) => void far.send(frame));
      const heard = listen(near);
      await stage.sendAll(
        near,
        upTo(200).map((number) => numbered(number)),
      );
      await stage.hears(heard, 200);
      expectInOrder(heard.frames, 200);
    },
  },
];

export function expectInOrder(frames: readonly Uint8Array[], count: number): void {
  expectEqual(frames.length, count, "how many frames came");
  const wrong = frames.findIndex((frame, at) => numberOf(frame) !== at);
  if (wrong < 0) return;
  expectEqual(numberOf(frames[wrong] ?? new Uint8Array()), wrong, `the frame in place ${wrong}`);
}

import { expect, test } from "vitest";
import { HeadReader, major } from "../../src/messaging/head-reader.ts";

const { byteString, unsigned } = major;

test("a string is read when all of it is there", () => {
  const whole = new HeadReader(Uint8Array.of(0x42, 1, 2));
  expect([whole.string(byteString), whole.isAtEnd]).toEqual([Uint8Array.of(1, 2), true]);
  const half = new HeadReader(Uint8Array.of(0x42, 1));
  expect([half.string(byteString), half.isAtEnd]).toEqual([undefined, false]);
});

test("a text that is not all there, or not all ASCII, is none, and nothing of it is read", () => {
  const reader = new HeadReader(Uint8Array.of(0x61, 0x62, 0xc3, 0xa9));
  expect([reader.ascii(5), reader.ascii(3), reader.ascii(2, "xy"), reader.ascii(1, "b")]).toEqual([
    undefined,
    undefined,
    "ab",
    undefined,
  ]);
  expect(reader.bytes(2)).toEqual(Uint8Array.of(0xc3, 0xa9));
  expect(reader.isAtEnd).toBe(true);
});

test("after what does not fit nothing is read, until it begins again", () => {
  const reader = new HeadReader(Uint8Array.of(1));
  expect(reader.head(byteString)).toBeUndefined();
  expect([reader.head(unsigned), reader.peek(), reader.isAtEnd]).toEqual([undefined, -1, false]);
  reader.begin(Uint8Array.of(7));
  expect([reader.head(unsigned), reader.isAtEnd]).toEqual([7, true]);
});

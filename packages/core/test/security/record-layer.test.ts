import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { textBytes } from "../../src/security/bytes.ts";
import { nobleSuite } from "../../src/security/noble-suite.ts";
import {
  createRecordLayer,
  maxSealedFrameBytes,
  type RecordLayer,
  type RecordLayerOptions,
  recordOverheadBytes,
} from "../../src/security/record-layer.ts";

const suite = nodeCryptoSuite();
const keyA = new Uint8Array(32).fill(1);
const keyB = new Uint8Array(32).fill(2);
const broken = expect.objectContaining({ code: "SEAL_BROKEN" });

function layers(o: Partial<RecordLayerOptions> = {}): {
  a: RecordLayer;
  b: RecordLayer;
  clock: { time: number; now(): number };
} {
  const clock = { time: 0, now: () => clock.time };
  const common = { suite, clock, ...o };
  return {
    a: createRecordLayer({ ...common, sendKey: keyA, receiveKey: keyB }),
    b: createRecordLayer({ ...common, sendKey: keyB, receiveKey: keyA }),
    clock,
  };
}
const epochOf = (record: Uint8Array): number => (record[0] ?? 0) * 256 + (record[1] ?? 0);

describe("record layer", () => {
  test("frames of any size pass both ways, in order, whatever rekeying is between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ forth: fc.boolean(), frame: fc.uint8Array({ maxLength: 80 }), waitMs: fc.nat(40) }), {
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (frames, rekeyAfterFrames, noble) => {
          const mixed = noble ? { suite: nobleSuite() } : {};
          const { a, b, clock } = layers({ rekeyAfterFrames, rekeyAfterMs: 100, ...mixed });
          for (const { forth, frame, waitMs } of frames) {
            clock.time += waitMs;
            const record = (forth ? a : b).seal(frame);
            expect(record).toHaveLength(frame.length + recordOverheadBytes);
            expect((forth ? b : a).open(record)).toEqual(frame);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a bit changed at any place is refused, and so is everything after it", () => {
    const length = textBytes("canary").length + recordOverheadBytes;
    for (let place = 0; place < length; place += 1) {
      for (const bit of [1, 0x80]) {
        const { a, b } = layers();
        const record = a.seal(textBytes("canary"));
        const altered = Uint8Array.from(record);
        altered[place] = (altered[place] ?? 0) ^ bit;
        expect(() => b.open(altered)).toThrow(broken);
        expect(() => b.open(record)).toThrow(broken);
        expect(() => b.open(a.seal(textBytes("later")))).toThrow(broken);
        expect(a.open(b.seal(textBytes("our own direction goes on")))).toEqual(textBytes("our own direction goes on"));
      }
    }
  });

  test("a record passes once, in its order, in its direction", () => {
    const { a, b } = layers();
    const [first, second] = [a.seal(textBytes("1")), a.seal(textBytes("2"))];
    expect(b.open(first)).toEqual(textBytes("1"));
    expect(() => b.open(first)).toThrow(broken);
    // The order is what refuses it: the cipher alone would open it again.
    const again = suite.cipher(keyA).open(0, first.subarray(0, 8), first.subarray(8));
    expect(again).toEqual(textBytes("1"));

    const reordered = layers().b;
    expect(reordered.open(second)).toEqual(textBytes("2"));
    expect(() => reordered.open(first)).toThrow(broken);
    expect(() => a.open(second)).toThrow(broken);
  });

  test("a new key after so many frames, in step on both sides; the old one opens nothing more", () => {
    const { a, b } = layers({ rekeyAfterFrames: 3 });
    const records = Array.from({ length: 9 }, (_, at) => a.seal(textBytes(`${at}`)));
    expect(records.map(epochOf)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(records.map((record) => b.open(record))).toEqual(records.map((_, at) => textBytes(`${at}`)));
    const second = suite.cipher(suite.rekey(keyA));
    expect(second.open(3, records[3]?.subarray(0, 8) ?? keyA, records[3]?.subarray(8) ?? keyA)).toEqual(textBytes("3"));
    expect(
      suite.cipher(keyA).open(3, records[3]?.subarray(0, 8) ?? keyA, records[3]?.subarray(8) ?? keyA),
    ).toBeUndefined();
  });

  test("a new key with the first frame after an hour, and not before", () => {
    const { a, b, clock } = layers();
    const epochAt = (time: number): number => {
      clock.time = time;
      const record = a.seal(textBytes("x"));
      b.open(record);
      return epochOf(record);
    };
    expect([0, 3_599_999, 3_600_000, 3_600_001, 7_199_999, 7_200_000].map(epochAt)).toEqual([0, 0, 1, 1, 1, 2]);
  });

  test("an epoch before, or more than one after, is refused", () => {
    const { a, b } = layers({ rekeyAfterFrames: 1 });
    const records = [0, 1, 2].map((at) => a.seal(textBytes(`${at}`)));
    b.open(records[0] ?? keyA);
    expect(() => b.open(records[2] ?? keyA)).toThrow(broken);
    const fresh = layers({ rekeyAfterFrames: 1 }).b;
    expect(fresh.open(records[0] ?? keyA)).toEqual(textBytes("0"));
    expect(fresh.open(records[1] ?? keyA)).toEqual(textBytes("1"));
    expect(() => fresh.open(records[0] ?? keyA)).toThrow(broken);
  });

  test("65,536 keys, then the link says it is used up", { timeout: 60_000 }, () => {
    const { a, b } = layers({ rekeyAfterFrames: 1 });
    for (let at = 0; at <= 0xffff; at += 1) {
      const record = a.seal(keyA);
      if (at % 8192 === 0 || at === 0xffff) expect(epochOf(record)).toBe(at);
      b.open(record);
    }
    expect(() => a.seal(keyA)).toThrow(expect.objectContaining({ code: "SEAL_EXHAUSTED" }));
    expect(a.open(b.seal(keyB))).toEqual(keyB);
  });

  test("64 KiB pass and one byte more does not", () => {
    const { a, b } = layers();
    expect(b.open(a.seal(new Uint8Array(maxSealedFrameBytes)))).toHaveLength(maxSealedFrameBytes);
    expect(() => a.seal(new Uint8Array(maxSealedFrameBytes + 1))).toThrow(
      expect.objectContaining({ code: "FRAME_TOO_LARGE" }),
    );
    expect(b.open(a.seal(textBytes("goes on")))).toEqual(textBytes("goes on"));
    expect(() => b.open(new Uint8Array(maxSealedFrameBytes + recordOverheadBytes + 1))).toThrow(broken);
  });

  test("any bytes are refused by type, never otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => layers().b.open(bytes)).toThrow(broken);
      }),
    );
    for (const nonsense of [undefined, null, "text", 7, {}, { length: 40 }, [1]]) {
      expect(() => layers().b.open(nonsense as never)).toThrow(broken);
    }
  });

  test("wiped: seals nothing, opens nothing, twice is harmless", () => {
    const { a, b } = layers();
    const record = a.seal(keyA);
    a.wipe();
    a.wipe();
    b.wipe();
    expect(() => a.seal(keyA)).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    expect(() => b.open(record)).toThrow(broken);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Assemblies } from "../../src/messaging/assemblies.ts";
import { BulkQueue } from "../../src/messaging/bulk-queue.ts";
import { cutLetter, pieceItem } from "../../src/messaging/cut.ts";
import { encodeFrame, type LetterItem, type PieceItem } from "../../src/messaging/frame.ts";
import { maxAssemblies, maxAssemblyBytes } from "../../src/messaging/limits.ts";
import { OutLetter } from "../../src/messaging/out-letter.ts";
import { RoundTrip, retransmission } from "../../src/messaging/round-trip.ts";

const cap = 16 * 1024 * 1024;
const letter = (seq: number, body: Uint8Array): LetterItem => [1, seq, "test", 0, 1_000, body];

function piecesOf(item: LetterItem, limit: number): PieceItem[] {
  const cut = cutLetter(item, limit);
  return Array.from({ length: cut.count }, (_, index) => pieceItem(item[1], cut, index));
}

describe("large letters in pieces", () => {
  test("every piece fits its frame, and in any order, with doubles, they make the letter again", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20_000 }),
        fc.integer({ min: 200, max: 5_000 }),
        fc.infiniteStream(fc.nat()),
        (body, limit, chance) => {
          const item = letter(7, body);
          const pieces = piecesOf(item, limit);
          for (const piece of pieces) expect(encodeFrame(2 ** 53 - 1, [piece]).length).toBeLessThanOrEqual(limit);
          const shuffled = [...pieces, ...pieces]
            .map((piece) => ({ piece, at: chance.next().value ?? 0 }))
            .sort((x, y) => x.at - y.at);
          const assemblies = new Assemblies();
          const here = new Set<number>();
          for (const { piece } of shuffled) {
            const result = assemblies.add(piece, cap);
            if (result.state === "whole") {
              expect(result.item).toEqual(item);
              expect(assemblies.bytes).toBe(0);
              return;
            }
            expect(result.state).toBe(here.has(piece[2]) ? "double" : "partial");
            here.add(piece[2]);
          }
          throw new Error("never whole");
        },
      ),
    );
  });

  test("half letters are bounded in number and in bytes, the oldest goes first", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= maxAssemblies + 10; seq++) assemblies.add([2, seq, 0, 2, new Uint8Array(10)], cap);
    expect(assemblies.bytes).toBeLessThanOrEqual(maxAssemblies * 200);
    expect(assemblies.takeLost()).toBeGreaterThan(0);
    const large = new Assemblies();
    for (let seq = 1; seq <= 3_000; seq++) {
      large.add([2, seq % 20, Math.floor(seq / 20), 16_384, new Uint8Array(60_000)], cap);
      expect(large.bytes).toBeLessThanOrEqual(maxAssemblyBytes);
    }
  });

  test("a count of many pieces costs nothing by itself", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= 250; seq++) assemblies.add([2, seq, 0, 16_384, new Uint8Array(1)], cap);
    expect(assemblies.bytes).toBeLessThan(250 * 200);
  });

  test("pieces that make too large a letter, no letter, or another's letter are refused and forgotten", () => {
    const assemblies = new Assemblies();
    for (let index = 0; index < 2; index++) assemblies.add([2, 1, index, 4, new Uint8Array(1_000)], 2_000);
    expect(assemblies.add([2, 1, 2, 4, new Uint8Array(2_000)], 2_000)).toEqual({
      state: "refused",
      code: "LETTER_TOO_LARGE",
    });
    expect(assemblies.add([2, 1, 0, 1, Uint8Array.of(0xff)], cap)).toEqual({
      state: "refused",
      code: "LETTER_INVALID",
    });
    const [stray] = piecesOf(letter(5, new Uint8Array(10)), 5_000);
    if (stray === undefined) throw new Error("no piece");
    expect(assemblies.add([2, 6, stray[2], stray[3], stray[4]], cap)).toMatchObject({ code: "LETTER_INVALID" });
    expect(assemblies.bytes).toBe(0);
  });

  test("what the sender settled is forgotten", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= 10; seq++) assemblies.add([2, seq, 0, 2, new Uint8Array(10)], cap);
    assemblies.dropBelow(11);
    expect(assemblies.bytes).toBe(0);
  });
});

describe("large letters under way", () => {
  const large = (seq: number, length: number) =>
    new OutLetter(
      seq,
      { to: "x", channel: "test", use: 0, body: new Uint8Array(length), ttlMs: 1_000, ordered: false },
      0,
      () => {},
    );

  test("few are begun at a time, so that a receiver need not let one go, and each has its turn", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }), (mebibytes) => {
        const queue = new BulkQueue();
        const left = new Map<number, number>();
        mebibytes.forEach((size, i) => {
          queue.push(large(i, 1));
          left.set(i, size);
        });
        const begun = new Set<number>();
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          begun.add(next.seq);
          const pieces = (left.get(next.seq) ?? 0) - 1;
          left.set(next.seq, pieces);
          if (pieces > 0) queue.putBack(next);
          else begun.delete(next.seq);
          expect(begun.size).toBeLessThanOrEqual(8);
        }
        expect([...left.values()].every((pieces) => pieces === 0)).toBe(true);
        expect(queue.size).toBe(0);
      }),
    );
  });

  test("and few bytes", () => {
    const queue = new BulkQueue();
    for (let seq = 1; seq <= 6; seq++) queue.push(large(seq, 12 * 1024 * 1024));
    const turns = Array.from({ length: 12 }, () => {
      const letter = queue.shift();
      if (letter !== undefined) queue.putBack(letter);
      return letter?.seq;
    });
    expect(new Set(turns)).toEqual(new Set([1, 2]));
  });
});

describe("the round trip", () => {
  test("whatever is measured, the retransmission time stays within its bounds", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (samples) => {
        const trip = new RoundTrip();
        expect(trip.timeoutMs).toBe(retransmission.initialMs);
        for (const sample of samples) {
          trip.sample(sample, 0);
          expect(trip.timeoutMs).toBeGreaterThanOrEqual(retransmission.leastMs);
          expect(trip.timeoutMs).toBeLessThanOrEqual(retransmission.mostMs);
          expect(trip.smoothedMs).toBeLessThanOrEqual(Math.max(...samples));
        }
      }),
    );
  });

  test("follows max(3 × RTT + 4 × deviation, 1 s)", () => {
    const trip = new RoundTrip();
    trip.sample(600, 0);
    expect(trip.timeoutMs).toBe(3 * 600 + 4 * 300);
    for (let i = 0; i < 200; i++) trip.sample(600, 0);
    expect(trip.timeoutMs).toBeCloseTo(1_800, 3);
  });
});

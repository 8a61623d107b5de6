import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Assemblies } from "../../src/messaging/assemblies.ts";
import { BulkQueue } from "../../src/messaging/bulk-queue.ts";
import { encodeFrame, type LetterItem, type PieceItem } from "../../src/messaging/frame.ts";
import { maxAssemblies, maxAssemblyBytes, maxPieces } from "../../src/messaging/limits.ts";
import { OutLetter } from "../../src/messaging/out-letter.ts";
import { Pieces, pieceOf } from "../../src/messaging/pieces.ts";
import { RoundTrip, retransmission } from "../../src/messaging/round-trip.ts";

const cap = 16 * 1024 * 1024;
const letter = (seq: number, body: Uint8Array): LetterItem => [1, seq, "test", 0, 1_000, body, 0, 0, 0];
const part = (seq: number, offset: number, length: number, total: number): PieceItem =>
  pieceOf(letter(seq, new Uint8Array(total)), { from: offset, to: offset + length });
/** Claims a total that is nowhere. */
const claim = (seq: number, offset: number, bytes: Uint8Array, total: number): PieceItem => [
  2,
  seq,
  "test",
  0,
  1_000,
  bytes,
  0,
  0,
  0,
  offset,
  total,
];

describe("large letters in pieces", () => {
  test("in any order, cut anyhow, doubled and overlapping, they make the letter again", () => {
    const slice = fc.tuple(fc.nat(4_000), fc.integer({ min: 1, max: 900 }));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 4_000 }),
        fc.array(slice, { maxLength: 40 }),
        (body, slices) => {
          const item = letter(7, body);
          const assemblies = new Assemblies();
          const here = new Set<number>();
          const rest = Array.from({ length: Math.ceil(body.length / 500) }, (_, at) => [500 * at, 500] as const);
          for (const [start, length] of [...slices, ...rest]) {
            const from = start % body.length;
            const to = Math.min(body.length, from + length);
            const before = here.size;
            for (let at = from; at < to; at++) here.add(at);
            const result = assemblies.add(pieceOf(item, { from, to }), cap);
            if (here.size === body.length) {
              expect(result).toEqual({ state: "whole", item, totalBytes: body.length });
              expect(assemblies.bytes).toBe(0);
              return;
            }
            expect(result.state).toBe(here.size === before ? "double" : "partial");
            expect(assemblies.find(7)?.heldBytes).toBe(here.size);
          }
          throw new Error("never whole");
        },
      ),
    );
  });

  test("over links that lose what is under way and follow each other, whole and once; nothing goes again that was said to be here", () => {
    const act = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant("send" as const), most: fc.integer({ min: 1, max: 400 }) }),
      },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("bring" as const), old: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("report" as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("switch" as const), isLost: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("double" as const) }) },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 4_000 }),
        fc.array(act, { maxLength: 200 }),
        (body, acts) => {
          const item = letter(3, body);
          const pieces = new Pieces(body.length);
          const assemblies = new Assemblies();
          let lanes: PieceItem[][] = [[]];
          let last: PieceItem | undefined;
          let wholes = 0;
          let known = 0;
          const send = (most: number) => {
            const slice = pieces.next(most);
            if (slice === undefined) return;
            last = pieceOf(item, slice);
            lanes.at(-1)?.push(last);
          };
          const bring = (piece: PieceItem | undefined) => {
            if (piece === undefined || wholes > 0) return;
            const result = assemblies.add(piece, cap);
            expect(result.state).not.toBe("refused");
            if (result.state !== "whole") return;
            wholes++;
            expect(result.item).toEqual(item);
          };
          const report = (isAll: boolean) => {
            const half = assemblies.find(3);
            if (half !== undefined) pieces.hold(half.ranges(), isAll);
            expect(pieces.heldBytes).toBeGreaterThanOrEqual(known);
            known = pieces.heldBytes;
          };
          for (const each of acts) {
            if (each.kind === "send") send(each.most);
            if (each.kind === "bring") bring((each.old ? lanes[0] : lanes.at(-1))?.shift());
            if (each.kind === "double") bring(last);
            if (each.kind === "report") report(false);
            if (each.kind === "switch") {
              lanes = each.isLost ? [[]] : [lanes.at(-1) ?? [], []];
              pieces.rewind();
            }
          }
          // The last link lives: it brings what it has, and is asked behind it until nothing is missing.
          for (let round = 0; round < 3 && wholes === 0; round++) {
            while (!pieces.isOut) send(300);
            for (const lane of lanes) while (lane.length > 0) bring(lane.shift());
            if (wholes > 0) break;
            report(true);
            pieces.rewind();
          }
          expect(wholes).toBe(1);
        },
      ),
    );
  });

  test("every piece fits its frame", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9.:/_-]{1,64}$/),
        fc.integer({ min: 200, max: 5_000 }),
        (channel, limit) => {
          const largest = Number.MAX_SAFE_INTEGER;
          const bytes = new Uint8Array(limit - 16 - 64 - 64);
          const piece: PieceItem = [
            2,
            largest,
            channel,
            2,
            604_800_000,
            bytes,
            2 ** 32 - 1,
            2 ** 32 - 1,
            2 ** 32 - 1,
            1e8,
            2e8,
          ];
          expect(encodeFrame(largest, [piece]).length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("half letters are bounded in number and in bytes; the one longest without a piece goes first, and its sender is told", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= maxAssemblies; seq++) assemblies.add(part(seq, 0, 10, 20), cap);
    assemblies.add(part(1, 10, 5, 20), cap);
    expect([assemblies.takeEvicted(), assemblies.takeLost()]).toEqual([[], 0]);
    for (let seq = 1; seq <= 2; seq++) assemblies.add(part(1_000 + seq, 0, 10, 20), cap);
    expect(assemblies.takeEvicted()).toEqual([2, 3]);
    expect(assemblies.takeLost()).toBe(2 * 170);
    expect(assemblies.find(1)?.heldBytes).toBe(15);
    const large = new Assemblies();
    for (let seq = 1; seq <= 3_000; seq++) {
      large.add(claim(seq % 20, 60_000 * Math.floor(seq / 20), new Uint8Array(60_000), cap), cap);
      expect(large.bytes).toBeLessThanOrEqual(maxAssemblyBytes);
    }
  });

  test("a claimed total costs nothing by itself, and one over the cap is refused with its first piece", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= 250; seq++) assemblies.add(claim(seq, 0, new Uint8Array(1), cap), cap);
    expect(assemblies.bytes).toBeLessThan(250 * 200);
    const before = assemblies.bytes;
    const huge = claim(900, 0, new Uint8Array(1), 60 * 1024 * 1024);
    expect(assemblies.add(huge, cap)).toEqual({ state: "refused", code: "LETTER_TOO_LARGE" });
    expect(assemblies.bytes).toBe(before);
  });

  test("another total than before, and crumbs without end, are refused and forgotten", () => {
    const assemblies = new Assemblies();
    assemblies.add(part(1, 0, 1_000, 4_000), cap);
    expect(assemblies.add(claim(1, 1_000, new Uint8Array(10), 5_000), cap)).toEqual({
      state: "refused",
      code: "LETTER_INVALID",
    });
    expect([assemblies.bytes, assemblies.takeLost()]).toEqual([0, 1_160]);
    const states = Array.from(
      { length: maxPieces + 1 },
      (_, at) => assemblies.add(claim(2, 2 * at, new Uint8Array(1), cap), cap).state,
    );
    expect([states.indexOf("refused"), assemblies.bytes]).toEqual([maxPieces, 0]);
  });

  test("doubles are free for a sender that changes its link, and not without end", () => {
    const assemblies = new Assemblies();
    assemblies.add(part(1, 0, 1_000, 4_000), cap);
    const doubles = Array.from({ length: 5 }, () => assemblies.add(part(1, 0, 1_000, 4_000), cap));
    expect(doubles.map((each) => each.state === "double" && each.isFree)).toEqual([true, true, true, false, false]);
  });

  test("an overlap keeps no more bytes alive than it brought", () => {
    const assemblies = new Assemblies();
    assemblies.add(part(1, 0, 1_000, 4_000), cap);
    const bytes = new Uint8Array(1_001);
    assemblies.add(claim(1, 0, bytes, 4_000), cap);
    expect([assemblies.find(1)?.heldBytes, assemblies.find(1)?.cost]).toEqual([1_001, 1_001 + 2 * 160]);
  });

  test("what the sender settled or gave up is forgotten, and no waste", () => {
    const assemblies = new Assemblies();
    for (let seq = 1; seq <= 10; seq++) assemblies.add(part(seq, 0, 10, 20), cap);
    assemblies.dropBelow(11);
    expect([assemblies.bytes, assemblies.takeLost()]).toEqual([0, 0]);
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

import { describe, expect, test } from "vitest";
import { AssemblyBook } from "../../src/messaging/assembly-book.ts";
import type { PieceItem } from "../../src/messaging/frame.ts";
import { HandClock } from "../hand-clock.ts";

const half = (bytes: number): PieceItem => [2, 1, "test", 0, 1_000, new Uint8Array(bytes), 0, 0, 0, 0, 16_777_216];

/** Comes, leaves half a letter of so many bytes, and goes. */
function visit(book: AssemblyBook, peer: string, origin: string, bytes: number): void {
  book.entered(peer, origin).add(half(bytes), 16_777_216);
  book.left(peer, origin);
}

const heldOf = (book: AssemblyBook, peer: string) => book.entered(peer, "1").find(1)?.heldBytes;

describe("half letters of those without a link", () => {
  test("are found by their sender again, and gone after a minute", async () => {
    const clock = new HandClock();
    const book = new AssemblyBook(clock);
    visit(book, "early", "1", 1_000);
    await clock.advance(30_000);
    visit(book, "late", "1", 1_000);
    await clock.advance(40_000);
    expect([heldOf(book, "early"), heldOf(book, "late")]).toEqual([undefined, 1_000]);
    book.close();
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["in ever new runs", 1_000, 1],
    ["with many bytes", 20, 8_000_000],
  ])("one peer that comes %s pushes out its own alone", (_how, runs, bytes) => {
    const book = new AssemblyBook(new HandClock());
    const honest = Array.from({ length: 20 }, (_, at) => `honest ${at}`);
    for (const peer of honest) visit(book, peer, "1", 1_000);
    for (let run = 0; run < runs; run++) visit(book, "hostile", `run ${run}`, bytes);
    expect(honest.map((peer) => heldOf(book, peer))).toEqual(honest.map(() => 1_000));
    book.close();
  });
});

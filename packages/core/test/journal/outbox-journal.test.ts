import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Correspondent } from "../../src/messaging/correspondent.ts";
import { letterUse } from "../../src/messaging/frame.ts";
import { storedOutbox } from "../../src/messaging/journal/outbox-journal.ts";
import { LetterKeeper, reserveAhead } from "../../src/messaging/letter-keeper.ts";
import { OutLetter } from "../../src/messaging/out-letter.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock, settle } from "../hand-clock.ts";
import { type DurableStore, durableStore, keysOf, unexpected } from "./durable-store.ts";

const peer = "a".repeat(52);
const other = `${"b".repeat(51)}a`;
const first = { epoch: 1, nonce: "1".repeat(16) };
const second = { epoch: 2, nonce: "2".repeat(16) };

/** Wall time stands apart from the monotonic time. */
class WallClock extends HandClock {
  aheadMs = 1_000_000;
  override wall(): number {
    return this.now() + this.aheadMs;
  }
}

function parts(store = durableStore(), clock = new WallClock()) {
  return { store, clock, journal: storedOutbox(store, clock, unexpected) };
}

function letter(seq: number, clock: HandClock, o: { to?: string; ttlMs?: number; ordered?: boolean } = {}): OutLetter {
  const { to = peer, ttlMs = 60_000, ordered = false } = o;
  const draft = { to, channel: "chat", use: letterUse.message, body: Uint8Array.of(seq), ttlMs, ordered };
  return new OutLetter(seq, draft, clock.now(), () => {});
}

const lettersOf = async (store: DurableStore) => (await keysOf(store, "outbox")).filter((key) => key.startsWith("l/"));

describe("kept letters", () => {
  test("have whole milliseconds left, as the wire has them, whatever the clock's grain", async () => {
    const { store, clock, journal } = parts();
    journal.keep(letter(1, clock), unexpected);
    await journal.flush();
    clock.aheadMs += 10.25;
    const { kept } = await storedOutbox(store, clock, unexpected).load(second);
    expect(kept[0]?.letters[0]?.ttlMs).toBe(59_990);
  });

  test("come back in the order of their sequences, with what is left of their time", async () => {
    const { store, clock, journal } = parts();
    await journal.load(first);
    await journal.reserve(peer, 2_049);
    for (const seq of [11, 2, 1]) journal.keep(letter(seq, clock, { ordered: seq === 2 }), unexpected);
    journal.keep(letter(7, clock, { to: other }), unexpected);
    await journal.flush();
    await clock.advance(20_000);
    const { kept } = await storedOutbox(store, clock, unexpected).load(second);
    expect(kept.map(({ peer, next, letters }) => [peer, next, letters.map(({ seq }) => seq)])).toEqual([
      [peer, 2_049, [1, 2, 11]],
      [other, 1, [7]],
    ]);
    expect(kept[0]?.letters[1]).toEqual({
      seq: 2,
      channel: "chat",
      body: Uint8Array.of(2),
      ttlMs: 40_000,
      ordered: true,
    });
  });

  test("that were settled, or whose time has ended, are gone", async () => {
    const { store, clock, journal } = parts();
    await journal.load(first);
    journal.keep(letter(1, clock, { ttlMs: 5_000 }), unexpected);
    journal.keep(letter(2, clock), unexpected);
    journal.keep(letter(3, clock), unexpected);
    await journal.flush();
    journal.forget(letter(2, clock));
    await clock.advance(5_000);
    expect(await lettersOf(store)).toHaveLength(2);
    const again = storedOutbox(store, clock, unexpected);
    const { kept } = await again.load(second);
    expect(kept[0]?.letters.map(({ seq }) => seq)).toEqual([3]);
    await again.flush();
    expect(await lettersOf(store)).toHaveLength(1);
  });

  test("are settled within the delay at no cost", async () => {
    const { store, clock, journal } = parts();
    await journal.load(first);
    const before = store.batches.length;
    for (let seq = 1; seq <= 100; seq++) {
      journal.keep(letter(seq, clock), unexpected);
      journal.forget(letter(seq, clock));
    }
    await clock.advance(1_000);
    expect(store.batches).toHaveLength(before);
  });

  test("never live longer than they were to, however the wall clock is set", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e8 }), async (step, ttlMs) => {
        const { store, clock, journal } = parts();
        await journal.load(first);
        journal.keep(letter(1, clock, { ttlMs }), unexpected);
        await journal.flush();
        clock.aheadMs += step;
        const { kept } = await storedOutbox(store, clock, unexpected).load(second);
        const left = kept[0]?.letters[0]?.ttlMs ?? 0;
        expect(left).toBeLessThanOrEqual(ttlMs);
        expect(left).toBe(Math.max(0, Math.min(ttlMs, ttlMs - step)));
      }),
      { numRuns: 100 },
    );
  });
});

describe("the origin", () => {
  test("is that of the first run, for ever", async () => {
    const { store, clock, journal } = parts();
    expect((await journal.load(first)).origin).toEqual(first);
    expect(store.batches.at(-1)?.durable).toBe(true);
    expect((await storedOutbox(store, clock, unexpected).load(second)).origin).toEqual(first);
  });

  test("is another where the sequences under the old one are no longer known", async () => {
    const { store, clock, journal } = parts();
    await journal.load(first);
    await journal.reserve(peer, 2_049);
    await store.namespace("outbox").put(`n/${peer}`, Uint8Array.of(0xff));
    expect((await storedOutbox(store, clock, unexpected).load(second)).origin).toEqual(second);
    expect((await storedOutbox(store, clock, unexpected).load(first)).origin).not.toEqual(second);
  });
});

describe("the bound of a sequence", () => {
  const correspondents = () => {
    const store = durableStore();
    const clock = new WallClock();
    const journal = storedOutbox(store, clock, unexpected);
    const told: string[] = [];
    const events = new EventEmitter();
    events.on("store:failed", ({ code }) => told.push(code));
    const keeper = new LetterKeeper({
      journal,
      events,
      reserved: () => told.push(`reserved ${correspondent.bound}`),
      fail: (from, each, error) => from.settle(each, { status: "failed", error }),
    });
    const correspondent = new Correspondent(peer, (each) => journal.forget(each));
    const write = (use: number = letterUse.response) => {
      const draft = { ...letter(0, clock).draft, use };
      keeper.keep(
        correspondent,
        correspondent.write(draft, clock.now(), () => {}),
      );
    };
    return { store, correspondent, told, write };
  };

  test("is durable before a sequence may be sent", async () => {
    const { store, correspondent, told, write } = correspondents();
    const gate = Promise.withResolvers<void>();
    store.hold = gate.promise;
    write();
    await settle();
    expect(store.batches.at(-1)).toMatchObject({ durable: true });
    expect(correspondent.inWindow(1)).toBe(false);
    gate.resolve();
    await settle();
    expect(correspondent.inWindow(1)).toBe(true);
    expect(told).toEqual([`reserved ${2 + reserveAhead}`]);
    expect(await keysOf(store, "outbox")).toEqual([`n/${peer}`]);
  });

  test("catches up with letters that were written faster than the medium answered", async () => {
    const { store, correspondent, write } = correspondents();
    for (let n = 0; n < 3 * reserveAhead; n++) write();
    await settle();
    // Not one letter waits for the next to be posted.
    expect(correspondent.bound).toBeGreaterThan(correspondent.next);
    expect(store.batches.length).toBeLessThan(6);
  });

  test("costs one write in many letters", async () => {
    const { store, write } = correspondents();
    for (let n = 0; n < 3 * reserveAhead; n++) {
      write();
      if (n % 100 === 0) await settle();
    }
    expect(store.batches.length).toBeLessThanOrEqual(7);
  });

  test("that was refused fails what is beyond it, and nothing below", async () => {
    const { store, correspondent, write } = correspondents();
    write();
    await settle();
    store.full = () => true;
    for (let n = 0; n < 3 * reserveAhead; n++) write();
    await settle();
    const { bound, letters } = correspondent;
    expect(bound).toBe(2 + reserveAhead);
    expect(Array.from(letters.values(), ({ seq }) => seq)).toEqual(Array.from({ length: bound - 1 }, (_, n) => n + 1));
  });

  test("that was refused stays, and is asked for again", async () => {
    const { store, correspondent, told, write } = correspondents();
    store.full = () => true;
    write();
    await settle();
    expect(told).toEqual(["STORE_FULL"]);
    expect(correspondent.inWindow(1)).toBe(false);
    expect(correspondent.letters.size).toBe(0);
    store.full = undefined;
    write();
    await settle();
    expect(correspondent.inWindow(2)).toBe(true);
  });
});

test("whatever stands in the store, a start reads it", async () => {
  const key = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "origin",
      "n/",
      `n/${peer}`,
      "l/",
      `l/${peer}`,
      `l/${peer}/0000000000000001`,
      `l/x/1`,
      "l/__proto__/1",
    ),
    fc.string().map((text) => `l/${peer}/${text}`),
  );
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.jsonValue().map((json) => encode(json)),
    fc.tuple(fc.anything({ maxDepth: 0 }), fc.double(), fc.double(), fc.uint8Array()).map((row) => {
      try {
        return encode(row);
      } catch {
        return new Uint8Array();
      }
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 12 }), async (rows) => {
      const { store, clock, journal } = parts();
      for (const [each, content] of Object.entries(rows)) await store.namespace("outbox").put(each, content);
      const { origin, kept } = await journal.load(first);
      expect(Number.isSafeInteger(origin.epoch)).toBe(true);
      for (const { peer, next, letters } of kept) {
        expect(peer).toMatch(/^[a-z2-7]{52}$/);
        expect(next).toBeGreaterThanOrEqual(1);
        for (const { seq, ttlMs, body } of letters) {
          expect(Number.isSafeInteger(seq + 1) && seq >= 1 && ttlMs > 0 && body instanceof Uint8Array).toBe(true);
        }
      }
      await journal.flush();
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});

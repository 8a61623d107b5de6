import { encode } from "cborg";
import fc from "fast-check";
import { expect, test } from "vitest";
import { storedSeen } from "../../src/messaging/journal/seen-journal.ts";
import { Ledger } from "../../src/messaging/ledger.ts";
import { windowLetters } from "../../src/messaging/limits.ts";
import { HandClock } from "../hand-clock.ts";
import { type DurableStore, durableStore, keysOf, unexpected } from "./durable-store.ts";

const peer = "a".repeat(52);
const origin = `1.${"1".repeat(16)}`;

function parts(store: DurableStore = durableStore()) {
  const clock = new HandClock();
  const journal = storedSeen(store, clock, unexpected);
  return { store, journal, ledger: new Ledger(8, journal, clock) };
}

/** The ledger as the next run finds it. */
async function nextRun(store: DurableStore) {
  const run = parts(store);
  await run.ledger.load();
  return { ...run, window: run.ledger.window(peer, origin) };
}

test("begun comes back as new and marked, done as handled, a failure with its words", async () => {
  const { store, journal } = parts();
  for (const seq of [1, 2, 3]) await journal.begin(peer, origin, seq);
  await journal.done(peer, origin, 2, undefined, []);
  await journal.done(peer, origin, 3, { code: "HANDLER_FAILED", text: "no" }, []);
  const { window } = await nextRun(store);
  expect([1, 2, 3, 4].map((seq) => window.state(seq))).toEqual(["new", "handled", "failed", "new"]);
  expect([1, 2, 3, 4].map((seq) => window.wasBegun(seq))).toEqual([true, false, false, false]);
  expect(window.failure(3)).toEqual({ code: "HANDLER_FAILED", text: "no" });
});

test("what a handler wrote stands in one durable batch with done, and only where it did not fail", async () => {
  const { store, journal } = parts();
  const effect = { type: "put", namespace: "app", key: "a", value: Uint8Array.of(1) } as const;
  await journal.done(peer, origin, 1, undefined, [effect]);
  expect(store.batches).toHaveLength(1);
  expect(store.batches[0]).toMatchObject({ durable: true, operations: [effect, { namespace: "ledger" }] });
  await journal.done(peer, origin, 2, { code: "HANDLER_FAILED", text: "no" }, [{ ...effect, key: "b" }]);
  expect(await keysOf(store, "app")).toEqual(["a"]);
});

test("the base is kept with the marks it ends, and a window that is forgotten leaves nothing", async () => {
  const { store, journal, ledger } = parts();
  const window = ledger.window(peer, origin);
  for (const seq of [1, 2, 3]) await journal.done(peer, origin, seq, undefined, []);
  ledger.advance(peer, origin, window, 3);
  await journal.flush();
  expect(await keysOf(store, "ledger")).toEqual([`${peer}/${origin}/base`, expect.stringMatching(/3$/)]);
  const next = await nextRun(store);
  expect([2, 3, 3 + windowLetters].map((seq) => next.window.state(seq))).toEqual(["settled", "handled", "beyond"]);
  for (let n = 0; n < 8; n++) next.ledger.window(peer, `${n + 2}.${"2".repeat(16)}`);
  await next.journal.flush();
  expect(await keysOf(store, "ledger")).toEqual([]);
});

test("a window whose mail can still come again stays over a restart; one whose time has ended may go", async () => {
  const { store, journal, ledger } = parts();
  expect(ledger.mailWindow(peer, origin, 86_400_000)).toBeDefined();
  await journal.done(peer, origin, 1, undefined, []);
  await journal.flush();
  const crowdOut = (run: { readonly ledger: Ledger }) => {
    for (let n = 0; n < 20; n++) run.ledger.window(peer, `${n + 2}.${"2".repeat(16)}`);
    for (let n = 0; n < 20; n++) run.ledger.window("b".repeat(51) + n, origin);
    return run.ledger.window(peer, origin).state(1);
  };
  expect(crowdOut(await nextRun(store))).toBe("handled");
  // Ablation: without what was kept of its mail it goes like any other.
  await store.namespace("ledger").delete(`${peer}/${origin}/mail`);
  expect(crowdOut(await nextRun(store))).toBe("new");
});

test("a mark that came after its sender had settled it is cleared at the next start", async () => {
  const { store, journal, ledger } = parts();
  await journal.begin(peer, origin, 1);
  ledger.advance(peer, origin, ledger.window(peer, origin), 5);
  await journal.flush();
  await journal.done(peer, origin, 1, undefined, []);
  expect(await keysOf(store, "ledger")).toHaveLength(2);
  const next = await nextRun(store);
  await next.journal.flush();
  expect(await keysOf(store, "ledger")).toEqual([`${peer}/${origin}/base`]);
  expect(next.window.base).toBe(5);
});

test("whatever stands in the store, a start reads it, and every window still works", async () => {
  const key = fc.oneof(
    fc.string(),
    fc.constantFrom(
      `${peer}/${origin}/base`,
      `${peer}/${origin}/s/x`,
      `${peer}//base`,
      `x/${origin}/base`,
      "__proto__//",
    ),
    fc.string().map((digits) => `${peer}/${origin}/s/${digits}`),
    fc.nat(9_000).map((seq) => `${peer}/${origin}/s/${String(seq).padStart(16, "0")}`),
  );
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.jsonValue().map((json) => encode(json)),
    fc.double().map((number) => encode(number)),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 12 }), async (rows) => {
      const store = durableStore();
      for (const [each, content] of Object.entries(rows)) await store.namespace("ledger").put(each, content);
      const { ledger, window } = await nextRun(store);
      expect(ledger.peers).toBeLessThanOrEqual(1);
      const { base } = window;
      expect(Number.isSafeInteger(base) && base >= 1).toBe(true);
      expect([window.state(base - 1), window.state(base + windowLetters)]).toEqual(["settled", "beyond"]);
    }),
    { numRuns: 200 },
  );
});

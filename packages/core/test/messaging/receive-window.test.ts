import fc from "fast-check";
import { expect, test } from "vitest";
import { windowLetters } from "../../src/messaging/limits.ts";
import { ReceiveWindow, type SeqState } from "../../src/messaging/receive-window.ts";

/** The window as one would write it with all the memory in the world. */
class Model {
  base = 1;
  readonly states = new Map<number, SeqState>();

  state(seq: number): SeqState {
    if (seq < this.base) return "settled";
    if (seq >= this.base + windowLetters) return "beyond";
    return this.states.get(seq) ?? "new";
  }
  mark(seq: number, state: SeqState): void {
    if (seq >= this.base && seq < this.base + windowLetters) this.states.set(seq, state);
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("accept", "handle", "fail", "release"),
      near: fc.integer({ min: -50, max: 4_200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("advance"),
      near: fc.oneof(fc.integer({ min: -10, max: 100 }), fc.integer({ min: 4_000, max: 10_000 })),
    }),
  },
);

test("the window is a set of everything seen, in fixed memory", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const window = new ReceiveWindow();
      const model = new Model();
      const touched = new Set<number>();
      for (const { does, near } of steps) {
        const seq = Math.max(1, model.base + near);
        touched.add(seq);
        if (does === "accept") {
          window.accept(seq);
          model.mark(seq, "accepted");
        } else if (does === "handle") {
          window.handle(seq);
          model.mark(seq, "handled");
        } else if (does === "release") {
          window.release(seq);
          model.mark(seq, "new");
        } else if (does === "fail") {
          window.fail(seq, { code: "HANDLER_FAILED", text: String(seq) });
          model.mark(seq, "failed");
        } else {
          window.advance(seq);
          if (seq > model.base) model.base = seq;
        }
        for (const each of touched) {
          const state = model.state(each);
          expect([each, window.state(each)]).toEqual([each, state]);
          if (state === "failed") expect(window.failure(each)?.text).toBe(String(each));
          if (state === "settled" || state === "beyond") expect(window.failure(each)).toBeUndefined();
        }
        expect(window.base).toBe(model.base);
      }
    }),
    { numRuns: 300 },
  );
});

test("a far base forgets all of the window, and the places are new again", () => {
  const window = new ReceiveWindow();
  for (let seq = 1; seq <= windowLetters; seq++) window.handle(seq);
  expect(window.state(windowLetters + 1)).toBe("beyond");
  window.advance(2 ** 50);
  for (let i = 0; i < windowLetters; i++) expect(window.state(2 ** 50 + i)).toBe("new");
  expect(window.state(1)).toBe("settled");
});

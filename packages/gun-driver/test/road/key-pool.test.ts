import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyPool } from "../../src/road/key-pool.ts";

const pool = () => {
  let made = 0;
  return new KeyPool(() => `k${made++}`);
};

test("a key whose packet was acknowledged carries the next one, with the next state", () => {
  const keys = pool();
  expect([keys.take(), keys.take()]).toEqual([
    { key: "k0", state: 1 },
    { key: "k1", state: 1 },
  ]);
  keys.give(["k0"]);
  expect(keys.take()).toEqual({ key: "k0", state: 2 });
  expect(keys.take()).toEqual({ key: "k2", state: 1 });
});

test("what nobody needed for a while is spare, with the state it was last put with; what is in use is not", () => {
  const keys = pool();
  for (let i = 0; i < 3; i++) keys.take();
  keys.give(["k0", "k1", "k2"]);
  expect(keys.spare()).toEqual([]);
  keys.take();
  keys.give(["k2"]);
  expect(keys.spare().map(({ key }) => key)).toEqual(["k0", "k1"]);
  expect(keys.spare()).toEqual([{ key: "k2", state: 2 }]);
  expect(keys.idle).toBe(false);
});

test("no key is out twice, states of a key only rise, and every key that was made is out, free or ended", () => {
  const step = fc.oneof(
    fc.constant("take" as const),
    fc.constant("spare" as const),
    fc.record({ give: fc.nat(40), twice: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const keys = pool();
      const out = new Set<string>();
      const states = new Map<string, number>();
      const ended = new Map<string, number>();
      const end = (spare: ReturnType<KeyPool["spare"]>) => {
        for (const { key, state } of spare) {
          expect(out.has(key) || ended.has(key)).toBe(false);
          expect(state).toBe(states.get(key));
          ended.set(key, state);
        }
      };
      for (const each of steps) {
        if (each === "take") {
          const { key, state } = keys.take();
          expect(out.has(key) || ended.has(key)).toBe(false);
          expect(state).toBe((states.get(key) ?? 0) + 1);
          states.set(key, state);
          out.add(key);
        } else if (each === "spare") end(keys.spare());
        else {
          const key = [...out][each.give % Math.max(out.size, 1)];
          keys.give(key === undefined ? ["unknown"] : each.twice ? [key, key] : [key]);
          if (key !== undefined) out.delete(key);
        }
      }
      end(keys.drain());
      expect(out.size + ended.size).toBe(states.size);
    }),
  );
});

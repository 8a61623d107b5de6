import fc from "fast-check";
import { expect, test } from "vitest";
import { putText } from "../src/frame.ts";
import { clientLimits, createGuard } from "../src/guard.ts";

test("a put as text is what JSON makes of it, whatever is in its names and values", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"', "\\", "\u2028", "\ud800", "a b"));
  // An object lists names that are numbers first, and `_` is its own.
  const name = text.filter((each) => !/^\d+$|^_$|^__proto__$/.test(each));
  const item = fc.record({ key: name, value: fc.option(text), state: fc.nat() });
  const items = fc.uniqueArray(item, { minLength: 1, maxLength: 8, selector: ({ key }) => key });
  fc.assert(
    fc.property(name, items, fc.boolean(), (soul, put, ask) => {
      const states = Object.fromEntries(put.map(({ key, state }) => [key, state]));
      const values = Object.fromEntries(put.map(({ key, value }) => [key, value]));
      const node = { _: { "#": soul, ">": states }, ...values };
      const message = { "#": "an-id", ...(ask ? { ok: { "@": 1 } } : {}), put: { [soul]: node } };
      expect(putText("an-id", soul, put, ask)).toBe(JSON.stringify(message));
    }),
  );
});

test("the guard takes it", () => {
  const text = putText("anIdOfTwelve", "ss.in.x", [{ key: "k", value: "dmFsdWU=", state: 3 }]);
  expect(createGuard(clientLimits)(text, 1_000).accepted).toHaveLength(1);
});

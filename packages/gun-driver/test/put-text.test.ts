import fc from "fast-check";
import { expect, test } from "vitest";
import { itemsOf, putText } from "../src/frame.ts";
import { clientLimits, createGuard } from "../src/guard.ts";

test("a put as text is what JSON makes of it, whatever is in its names and values", () => {
  const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"', "\\", "\u2028", "a b"));
  const item = fc.record({
    key: name.filter((key) => key !== "_" && key !== "__proto__"),
    value: fc.option(name),
    state: fc.nat(),
  });
  const items = fc.uniqueArray(item, { minLength: 1, maxLength: 8, selector: ({ key }) => key });
  fc.assert(
    fc.property(
      name.filter((soul) => soul !== "__proto__"),
      items,
      fc.boolean(),
      (soul, put, ask) => {
        const parsed = JSON.parse(putText("an-id", soul, put, ask));
        expect(parsed["#"]).toBe("an-id");
        expect(parsed.ok).toEqual(ask ? { "@": 1 } : undefined);
        expect(parsed.put[soul]._["#"]).toBe(soul);
        const found = [...itemsOf(parsed.put)].sort(byKey);
        expect(found).toEqual(put.map((each) => ({ soul, ...each })).sort(byKey));
      },
    ),
  );
});

test("the guard takes it", () => {
  const text = putText("anIdOfTwelve", "ss.in.x", [{ key: "k", value: "dmFsdWU=", state: 3 }]);
  expect(createGuard(clientLimits)(text, 1_000).accepted).toHaveLength(1);
});

const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);

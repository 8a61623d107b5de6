import { memoryStore } from "@swarm-space/core";
import { expect, test } from "vitest";
import { mailKeep } from "../src/mail-keep.ts";

const letter = { soul: "a soul", key: "a key", value: "text", state: 1, range: "127.0.0.1", expiresAt: 5 };

test("letters are kept, replaced and deleted; what is no letter is passed over", async () => {
  const store = memoryStore();
  const keep = mailKeep(store);
  const all = () => Array.fromAsync(keep.load());
  await keep.put(letter);
  await keep.put({ ...letter, state: 2 });
  await keep.put({ ...letter, key: "another" });
  const place = store.namespace("letters");
  const forms = ["", "{", "null", "[]", '{"soul":1}', JSON.stringify({ ...letter, more: 1 }), '{"__proto__":{}}'];
  for (const [index, text] of forms.entries()) await place.put(`form ${index}`, new TextEncoder().encode(text));
  expect(await all()).toEqual([
    { ...letter, state: 2 },
    { ...letter, key: "another" },
  ]);
  await keep.delete("a soul", "a key");
  await keep.delete("a soul", "a key");
  expect(await all()).toEqual([{ ...letter, key: "another" }]);
});

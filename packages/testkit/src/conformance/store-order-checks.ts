import { expectEqual, expectTrue } from "./expectation.ts";
import { bytes, fill, keysOf, put, remove, type StoreCheck, text } from "./store-check.ts";

const quick = { durable: false };

/** Ranges, their bounds, and what happens at the same time. */
export const orderChecks: readonly StoreCheck[] = [
  {
    promise: "a range is in code-unit order, whatever the order of writing",
    async run({ store }) {
      // Code units and code points differ behind the surrogates: U+1F600 begins with U+D83D, which is before U+E000.
      const keys = [
        "",
        "!",
        "0",
        "10",
        "2",
        "A",
        "Z",
        "a",
        "aa",
        "b",
        "~",
        "é",
        "ß",
        "ｱ",
        "\ud83d\ude00",
        "\ue000",
        "\uffff",
      ].toSorted();
      await fill(store, "part", keys.toReversed());
      expectEqual(await keysOf(store.namespace("part")), keys, "keys");
      expectEqual(await keysOf(store.namespace("part"), { reverse: true }), keys.toReversed(), "keys in reverse");
      expectEqual(
        await keysOf(store.namespace("part"), { gte: "\ue000" }),
        ["\ue000", "ｱ", "\uffff"].toSorted(),
        "keys from U+E000 on",
      );
    },
  },
  {
    promise: "`gte` is included and `lt` is not, there or not",
    async run({ store }) {
      const part = store.namespace("part");
      await fill(store, "part", ["a", "b", "c", "d", "e"]);
      expectEqual(await keysOf(part, { gte: "b", lt: "d" }), ["b", "c"], "b to d");
      expectEqual(await keysOf(part, { gte: "bb" }), ["c", "d", "e"], "from between two keys");
      expectEqual(await keysOf(part, { lt: "bb" }), ["a", "b"], "to between two keys");
      expectEqual(await keysOf(part, { gte: "b", lt: "d", reverse: true }), ["c", "b"], "b to d in reverse");
      expectEqual(await keysOf(part, { gte: "b", lt: "b" }), [], "a range of nothing");
      expectEqual(await keysOf(part, { gte: "d", lt: "b" }), [], "a range that ends before it begins");
      expectEqual(await keysOf(part, { lt: "" }), [], "before the empty key");
      expectEqual(await keysOf(part, { gte: "f" }), [], "behind the last key");
    },
  },
  {
    promise: "`limit` takes the first ones, in reverse the last ones; 0 takes none",
    async run({ store }) {
      const part = store.namespace("part");
      await fill(store, "part", ["a", "b", "c", "d", "e"]);
      expectEqual(await keysOf(part, { limit: 2 }), ["a", "b"], "the first two");
      expectEqual(await keysOf(part, { limit: 2, reverse: true }), ["e", "d"], "the last two");
      expectEqual(await keysOf(part, { limit: 2, lt: "d", reverse: true }), ["c", "b"], "the last two before d");
      expectEqual(await keysOf(part, { limit: 0 }), [], "none");
      expectEqual((await keysOf(part, { limit: 9 })).length, 5, "more than there are");
      expectEqual((await keysOf(part, { limit: Number.POSITIVE_INFINITY })).length, 5, "without end");
    },
  },
  {
    promise: "a long range gives every entry once, both ways",
    async run({ store }) {
      const keys = Array.from({ length: 2_500 }, (_, index) => `key ${String(index).padStart(6, "0")}`);
      await fill(store, "before", ["x"]);
      await fill(store, "part", keys);
      await fill(store, "pbrt", ["x"]);
      expectTrue(
        (await keysOf(store.namespace("part"))).join() === keys.join(),
        "forth, every key is there once and in order",
      );
      expectTrue(
        (await keysOf(store.namespace("part"), { reverse: true })).join() === keys.toReversed().join(),
        "back, every key is there once and in order",
      );
      expectEqual((await keysOf(store.namespace("part"), { limit: 1_500 })).at(-1), keys[1_499], "the last of 1,500");
    },
  },
  {
    promise: "a range of large values is whole",
    async run({ store }) {
      for (let index = 0; index < 6; index += 1)
        await store.namespace("part").put(`large ${index}`, new Uint8Array(400_000).fill(index));
      for (const reverse of [false, true]) {
        const found: number[] = [];
        for await (const [, value] of store.namespace("part").range({ reverse }))
          found.push(value.length === 400_000 ? (value[399_999] ?? -1) : -1);
        expectEqual(found, reverse ? [5, 4, 3, 2, 1, 0] : [0, 1, 2, 3, 4, 5], "large values");
      }
    },
  },
  {
    promise: "what stands throughout a range is given once, while other keys come and go",
    async run({ store }) {
      const part = store.namespace("part");
      const staying = Array.from({ length: 1_200 }, (_, index) => `s${String(index).padStart(5, "0")}`);
      await fill(store, "part", staying);
      const seen: string[] = [];
      let count = 0;
      for await (const [key] of part.range()) {
        if (key.length === 6) seen.push(key);
        count += 1;
        if (count % 100 === 0) {
          await store.batch(
            [
              put("part", `${key}+`, "came"),
              put("part", `r${count}`, "came before"),
              remove("part", `r${count - 100}`),
            ],
            quick,
          );
        }
        expectTrue(count < 5_000, "a range ends while keys are added");
      }
      expectTrue(seen.join() === staying.join(), "every key that stood throughout is there once and in order");
    },
  },
  {
    promise: "leaving a range early frees it: the store goes on and can be closed",
    async run({ store }) {
      const part = store.namespace("part");
      await fill(store, "part", ["a", "b", "c"]);
      for (let round = 0; round < 50; round += 1) {
        for await (const [key] of part.range()) {
          expectEqual(key, "a", "the first key");
          break;
        }
      }
      const abandoned = part.range()[Symbol.asyncIterator]();
      await abandoned.next();
      await part.put("d", bytes("x"));
      expectEqual(await keysOf(part), ["a", "b", "c", "d"], "keys afterwards");
      await store.close();
    },
  },
  {
    promise: "writes take effect in the order of the calls, awaited or not",
    async run({ store }) {
      const part = store.namespace("part");
      const writes: Promise<void>[] = [];
      for (let index = 0; index < 206; index += 1) {
        writes.push(index % 7 === 3 ? part.delete("key") : part.put("key", bytes(String(index))));
        if (index % 10 === 0)
          writes.push(
            store.batch([put("part", "key", `batch ${index}`), put("other", "key", String(index))], {
              durable: index % 20 === 0,
            }),
          );
      }
      await Promise.all(writes);
      expectEqual(text(await part.get("key")), "205", "the last of 206 writes at once");
      expectEqual(text(await store.namespace("other").get("key")), "200", "the last of 21 batches at once");
    },
  },
  {
    promise: "a short range never shows half a batch",
    async run({ store }) {
      const part = store.namespace("part");
      const keys = Array.from({ length: 16 }, (_, index) => `key ${index + 10}`);
      const write = (round: number) =>
        store.batch(
          keys.map((key) => put("part", key, String(round))),
          quick,
        );
      await write(0);
      for (let round = 1; round <= 40; round += 1) {
        const writing = write(round);
        const found = new Set<string | undefined>();
        for await (const [, value] of part.range()) {
          found.add(text(value));
          await writing;
        }
        expectEqual(found.size, 1, "kinds of values of 16 keys that are always written together");
      }
    },
  },
  {
    promise: "many batches at once are all written",
    async run({ store }) {
      const batches = Array.from({ length: 60 }, (_, index) =>
        store.batch([put("many", `a${index}`, "x"), put("more", `b${index}`, "y")], { durable: index % 3 === 0 }),
      );
      await Promise.all(batches);
      expectEqual((await keysOf(store.namespace("many"))).length, 60, "keys in one namespace");
      expectEqual((await keysOf(store.namespace("more"))).length, 60, "keys in the other");
    },
  },
];

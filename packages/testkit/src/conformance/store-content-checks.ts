import type { StoreOperation } from "@swarm-space/core";
import { expectCode, expectEqual, expectTrue, sameBytes } from "./expectation.ts";
import { bytes, entriesOf, fill, keysOf, put, remove, type StoreCheck, text } from "./store-check.ts";

const durable = { durable: true };
const quick = { durable: false };

/** What is kept, apart, whole and unchanged. */
export const contentChecks: readonly StoreCheck[] = [
  {
    promise: "what was put is got, the newest of it, and nothing where nothing was put",
    async run({ store }) {
      const part = store.namespace("part");
      expectEqual(await part.get("a"), undefined, "an unknown key");
      await part.put("a", bytes("one"));
      expectEqual(text(await part.get("a")), "one", "a key after its put");
      await part.put("a", bytes("two"));
      expectEqual(text(await part.get("a")), "two", "a key after its second put");
      expectEqual(await keysOf(part), ["a"], "a key put twice is there once");
    },
  },
  {
    promise: "deleting takes the key away; deleting what is missing is harmless",
    async run({ store }) {
      const part = store.namespace("part");
      await part.delete("never");
      await fill(store, "part", ["a", "b"]);
      await part.delete("a");
      await part.delete("a");
      await store.batch([remove("unused", "x")], quick);
      expectEqual(await part.get("a"), undefined, "a deleted key");
      expectEqual(await keysOf(part), ["b"], "keys after a delete");
    },
  },
  {
    promise: "namespaces are apart, also where one name begins like another or like an object's own parts",
    async run({ store }) {
      const names = ["a", "a.b", "ab", "A", "a:b", "__proto__", "constructor", "toString", "blocks/1", "0"];
      for (const name of names) await store.namespace(name).put("key", bytes(name));
      for (const name of names)
        expectEqual(await entriesOf(store.namespace(name)), [["key", name]], `entries of namespace ${name}`);
      await store.namespace("a").delete("key");
      expectEqual(await keysOf(store.namespace("a")), [], "an emptied namespace");
      for (const name of names.slice(1))
        expectEqual(text(await store.namespace(name).get("key")), name, `namespace ${name} beside an emptied one`);
    },
  },
  {
    promise: "a key may be `__proto__`, `constructor` or a number's text",
    async run({ store }) {
      const part = store.namespace("part");
      const keys = ["10", "9", "__proto__", "constructor", "hasOwnProperty", "length"];
      for (const key of keys) expectEqual(await part.get(key), undefined, `key ${key} before any put`);
      await fill(store, "part", keys);
      for (const key of keys) expectEqual(text(await part.get(key)), `value of ${key}`, `key ${key}`);
      expectEqual(await keysOf(part), keys, "such keys in order");
    },
  },
  {
    promise: "an empty key is a key, an empty value is a value",
    async run({ store }) {
      const part = store.namespace("part");
      await part.put("", bytes("of the empty key"));
      await part.put("empty", new Uint8Array(0));
      expectEqual(text(await part.get("")), "of the empty key", "the empty key");
      expectEqual((await part.get("empty"))?.length, 0, "the length of an empty value");
      expectEqual(await keysOf(part), ["", "empty"], "keys with the empty one");
      await part.delete("");
      expectEqual(await keysOf(part), ["empty"], "keys without the empty one");
    },
  },
  {
    promise: "keys keep every character: zeros, controls, separators, lone surrogates, unlike forms of one letter",
    async run({ store }) {
      const part = store.namespace("part");
      const keys = [
        "\0",
        "\0\0",
        "a\0b",
        "a\u0001b",
        "a!b",
        "a/b",
        "\u00e9",
        "e\u0301",
        "\ud800",
        "\udfff",
        "\ud83d\ude00",
        "\uffff",
        "ÿ",
        "İ",
      ];
      await fill(store, "part", keys);
      for (const key of keys)
        expectEqual(text(await part.get(key)), `value of ${text(bytes(key))}`, `key ${unitsOf(key)}`);
      expectEqual((await keysOf(part)).map(unitsOf), keys.toSorted().map(unitsOf), "such keys in order");
    },
  },
  {
    promise: "values keep every byte, up to a mebibyte and beyond",
    async run({ store }) {
      const part = store.namespace("part");
      for (const length of [256, 65_537, 1_048_576]) {
        const value = Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
        await part.put(`of ${length}`, value);
        const got = await part.get(`of ${length}`);
        expectTrue(sameBytes(value, got), `a value of ${length} bytes comes back unchanged`);
      }
      for await (const [key, value] of part.range())
        expectEqual(key, `of ${value.length}`, "a value's length in a range");
    },
  },
  {
    promise: "a value is a plain Uint8Array that nobody shares with the store",
    async run({ store }) {
      const part = store.namespace("part");
      const wide = bytes("--value--");
      const given = wide.subarray(2, 7);
      const written = part.put("a", given);
      given.fill(0);
      await written;
      const first = await part.get("a");
      expectEqual(text(first), "value", "a value whose array was changed after the call");
      expectEqual(first?.constructor.name, "Uint8Array", "the kind of a value");
      first?.fill(1);
      expectEqual(text(await part.get("a")), "value", "a value after the array of an earlier get was changed");
      for await (const [, value] of part.range()) value.fill(2);
      expectEqual(text(await part.get("a")), "value", "a value after the array of a range was changed");
    },
  },
  {
    promise: "a batch is written across namespaces, and can be read once it resolved",
    async run({ store }) {
      await fill(store, "one", ["old"]);
      await store.batch([put("one", "new", "1"), put("two", "new", "2"), remove("one", "old")], durable);
      expectEqual(await entriesOf(store.namespace("one")), [["new", "1"]], "the first namespace");
      expectEqual(await entriesOf(store.namespace("two")), [["new", "2"]], "the second namespace");
    },
  },
  {
    promise: "a batch with one wrong operation changes nothing",
    async run({ store }) {
      await fill(store, "one", ["old"]);
      const wrong: readonly unknown[] = [
        { type: "put", namespace: "one", key: "b", value: "text" },
        { type: "put", namespace: "one", key: 7, value: bytes("x") },
        { type: "put", namespace: "", key: "b", value: bytes("x") },
        { type: "put", namespace: "o\0ne", key: "b", value: bytes("x") },
        { type: "erase", namespace: "one", key: "b" },
        { type: "delete", namespace: "one" },
        null,
      ];
      for (const operation of wrong) {
        const operations = [
          put("one", "a", "1"),
          remove("one", "old"),
          operation as StoreOperation,
          put("one", "c", "3"),
        ];
        await expectCode(
          () => store.batch(operations, quick),
          ["OPTION_INVALID"],
          `a batch with ${JSON.stringify(operation)}`,
        );
      }
      expectEqual(await keysOf(store.namespace("one")), ["old"], "keys after refused batches");
    },
  },
  {
    promise: "within a batch the last operation on a key wins",
    async run({ store }) {
      const part = store.namespace("part");
      await store.batch(
        [
          put("part", "a", "1"),
          remove("part", "a"),
          put("part", "b", "1"),
          put("part", "b", "2"),
          remove("part", "c"),
          put("part", "c", "3"),
        ],
        quick,
      );
      expectEqual(
        await entriesOf(part),
        [
          ["b", "2"],
          ["c", "3"],
        ],
        "entries",
      );
    },
  },
  {
    promise: "an empty batch is harmless, durable or not",
    async run({ store }) {
      await store.batch([], quick);
      await store.batch([], durable);
    },
  },
  {
    promise: "nonsense is refused by OPTION_INVALID, with nothing changed",
    async run({ store }) {
      const part = store.namespace("part");
      const bad = (value: unknown) => value as never;
      for (const name of ["", "a b", "a\0", "é", "x".repeat(65), null, 3, {}]) {
        await expectCode(() => store.namespace(bad(name)), ["OPTION_INVALID"], `namespace ${JSON.stringify(name)}`);
      }
      for (const key of [undefined, null, 0, Number.NaN, {}, [], "k".repeat(1_025)]) {
        await expectCode(() => part.get(bad(key)), ["OPTION_INVALID"], `get of ${typeof key}`);
        await expectCode(() => part.put(bad(key), bytes("x")), ["OPTION_INVALID"], `put at ${typeof key}`);
        await expectCode(() => part.delete(bad(key)), ["OPTION_INVALID"], `delete of ${typeof key}`);
      }
      for (const value of [undefined, null, "text", 1, [1], {}, new ArrayBuffer(2), new Uint16Array(2)]) {
        await expectCode(() => part.put("a", bad(value)), ["OPTION_INVALID"], `put of ${typeof value}`);
      }
      for (const range of [
        { gte: 1 },
        { lt: {} },
        { limit: -1 },
        { limit: Number.NaN },
        { limit: 1.5 },
        { reverse: "yes" },
        7,
      ]) {
        await expectCode(() => keysOf(part, bad(range)), ["OPTION_INVALID"], `range ${JSON.stringify(range)}`);
      }
      for (const operations of [undefined, {}, "list"])
        await expectCode(() => store.batch(bad(operations), quick), ["OPTION_INVALID"], "batch of no list");
      await expectCode(() => store.batch([], bad({})), ["OPTION_INVALID"], "batch that does not say `durable`");
      expectEqual(await keysOf(part), [], "keys after nonsense");
      await part.put("k".repeat(1_024), bytes("the longest key"));
      expectEqual((await keysOf(part))[0]?.length, 1_024, "the longest key");
    },
  },
];

function unitsOf(key: string): string {
  return Array.from({ length: key.length }, (_, index) => key.charCodeAt(index).toString(16)).join(" ");
}

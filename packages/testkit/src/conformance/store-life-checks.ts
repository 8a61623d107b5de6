import type { Store } from "@swarm-space/core";
import { expectCode, expectEqual, expectTrue } from "./expectation.ts";
import {
  bytes,
  entriesOf,
  fill,
  keysOf,
  put,
  remove,
  type StoreCheck,
  type StoreHarness,
  text,
} from "./store-check.ts";

const quick = { durable: false };
const signal = new AbortController().signal;

/** Opening, closing, crashing, and a medium without room. */
export const lifeChecks: readonly StoreCheck[] = [
  {
    promise: "closing twice, and twice at once, is harmless",
    async run({ store }) {
      await fill(store, "part", ["a"]);
      await Promise.all([store.close(), store.close()]);
      await store.close();
    },
  },
  {
    promise: "after closing, every use fails with STORE_CLOSED",
    async run({ store }) {
      const part = store.namespace("part");
      await fill(store, "part", ["a"]);
      await store.close();
      await expectCode(() => part.get("a"), ["STORE_CLOSED"], "get");
      await expectCode(() => part.put("a", bytes("x")), ["STORE_CLOSED"], "put");
      await expectCode(() => part.delete("a"), ["STORE_CLOSED"], "delete");
      await expectCode(() => keysOf(part), ["STORE_CLOSED"], "range");
      await expectCode(() => keysOf(part, { limit: 0 }), ["STORE_CLOSED"], "a range of none");
      await expectCode(() => store.batch([remove("part", "a")], quick), ["STORE_CLOSED"], "batch");
    },
  },
  {
    promise: "closing in the middle of a range ends it with STORE_CLOSED or with its last entry, never hanging",
    async run({ store }) {
      const part = store.namespace("part");
      const keys = Array.from({ length: 3_000 }, (_, index) => `k${String(index).padStart(5, "0")}`);
      await fill(store, "part", keys);
      let seen = 0;
      try {
        for await (const [key] of part.range()) {
          expectEqual(key, keys[seen], "a key of the range");
          seen += 1;
          if (seen === 10) await store.close();
        }
      } catch (error) {
        await expectCode(() => Promise.reject(error), ["STORE_CLOSED"], "the rest of the range");
        return;
      }
      expectEqual(seen, keys.length, "a range that ends without an error is whole");
    },
  },
  {
    promise: "opening twice is harmless; opening after closing makes the store usable again",
    async run({ store }) {
      await fill(store, "part", ["a"]);
      await store.open?.({ signal });
      expectEqual(await keysOf(store.namespace("part")), ["a"], "keys after opening twice");
      if (store.open === undefined) return;
      const part = store.namespace("part");
      await store.close();
      await Promise.all([store.open({ signal }), store.open({ signal })]);
      await part.put("b", bytes("x"));
      expectEqual(await keysOf(part), ["a", "b"], "keys after closing and opening");
    },
  },
  {
    promise: "an aborted opening rejects with the signal's reason and leaves the store as it was",
    async run({ store }) {
      if (store.open === undefined) return;
      await fill(store, "part", ["a"]);
      await store.close();
      const reason = new Error("called off");
      const abort = new AbortController();
      const opening = store.open({ signal: abort.signal });
      abort.abort(reason);
      const late = await Promise.allSettled([opening, store.open({ signal: AbortSignal.abort(reason) })]);
      expectTrue(
        late[1].status === "rejected" && late[1].reason === reason,
        "a signal that was aborted before rejects with its reason",
      );
      if (late[0].status === "rejected")
        expectTrue(late[0].reason === reason, "a signal that is aborted meanwhile rejects with its reason");
      await store.open({ signal });
      expectEqual(await keysOf(store.namespace("part")), ["a"], "keys after an aborted and a good opening");
    },
  },
  {
    promise: "closing ends what was begun: writes that were called before it are kept",
    needs: "reopen",
    async run(harness) {
      const { store } = harness;
      const writes = Array.from({ length: 40 }, (_, index) =>
        store.batch([put("part", `k${String(index).padStart(2, "0")}`, "x")], quick),
      );
      const closing = store.close();
      await Promise.all([...writes, closing]);
      expectEqual((await keysOf((await reopened(harness)).namespace("part"))).length, 40, "keys after reopening");
    },
  },
  {
    promise: "everything is there after reopening: names, keys, values and order",
    needs: "reopen",
    async run(harness) {
      const keys = ["", "\0", "__proto__", "a", "\ud800", "\ud83d\ude00", "\uffff"];
      await fill(harness.store, "one", keys);
      await fill(harness.store, "__proto__", ["x"]);
      await harness.store.batch([put("two", "large", new Uint8Array(1_048_576).fill(7)), remove("one", "a")], {
        durable: true,
      });
      const store = await reopened(harness);
      expectEqual(await keysOf(store.namespace("one")), keys.filter((key) => key !== "a").toSorted(), "keys");
      expectEqual(text(await store.namespace("one").get("__proto__")), "value of __proto__", "a value");
      expectEqual(await keysOf(store.namespace("__proto__")), ["x"], "another namespace");
      const large = await store.namespace("two").get("large");
      expectTrue(
        large?.length === 1_048_576 && large.every((byte) => byte === 7),
        "a large value comes back unchanged",
      );
      await store.namespace("one").put("b", bytes("x"));
      expectEqual((await keysOf(store.namespace("one"))).includes("b"), true, "a key written after reopening");
    },
  },
  {
    promise: "reopening again and again loses and doubles nothing",
    needs: "reopen",
    async run(harness) {
      let store: Store = harness.store;
      for (let round = 0; round < 5; round += 1) {
        await store.batch([put("part", `round ${round}`, String(round)), put(`part${round}`, "key", "x")], {
          durable: round % 2 === 0,
        });
        store = await reopened(harness);
        expectEqual(
          (await keysOf(store.namespace("part"))).length,
          round + 1,
          `keys after reopening ${round + 1} times`,
        );
      }
      expectEqual(await keysOf(store.namespace("part4")), ["key"], "the last namespace");
    },
  },
  {
    promise: "on a full medium a write fails with STORE_FULL whole, reads go on",
    needs: "full",
    async run(harness) {
      const { store } = harness;
      await fill(store, "part", ["a", "b"]);
      await harness.setFull?.(true);
      const large = new Uint8Array(300_000);
      await expectCode(
        () =>
          store.batch([put("part", "a", "new"), put("part", "c", large), put("two", "c", large)], { durable: true }),
        ["STORE_FULL"],
        "a batch",
      );
      await expectCode(() => store.namespace("part").put("d", large), ["STORE_FULL"], "a put");
      expectEqual(
        await entriesOf(store.namespace("part")),
        [
          ["a", "value of a"],
          ["b", "value of b"],
        ],
        "entries while it is full",
      );
      expectEqual(await keysOf(store.namespace("two")), [], "the other namespace while it is full");
    },
  },
  {
    promise: "once the medium has room again, writes succeed and all earlier entries are there",
    needs: "full",
    async run(harness) {
      const { store } = harness;
      await fill(store, "part", ["a"]);
      for (let round = 0; round < 3; round += 1) {
        await harness.setFull?.(true);
        const writes = [1, 2, 3].map((index) =>
          store.batch([put("part", `refused ${index}`, new Uint8Array(300_000))], { durable: true }),
        );
        for (const { status } of await Promise.allSettled(writes))
          expectEqual(status, "rejected", "a write while it is full");
        await harness.setFull?.(false);
        await store.batch([put("part", `round ${round}`, "x")], { durable: true });
      }
      const keys = (await keysOf(store.namespace("part"))).filter((key) => !key.startsWith("refused"));
      expectEqual(keys, ["a", "round 0", "round 1", "round 2"], "keys after three times full");
    },
  },
];

async function reopened(harness: StoreHarness): Promise<Store> {
  if (harness.reopen === undefined) throw new Error("the harness claims `reopen` and does not have it");
  return harness.reopen();
}

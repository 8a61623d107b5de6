import { memoryStore, type Store, type StoreNamespace, SwarmError } from "@swarm-space/core";
import { runStoreCheck, type StoreHarness, storeChecks } from "@swarm-space/testkit/conformance";
import { describe, expect, it } from "vitest";

type Flaw = (store: Store) => Partial<Store>;

/** Stores that break one promise each, and the check that must tell. */
const flawed: Readonly<Record<string, readonly [check: string, flaw: Flaw]>> = {
  "writes a batch operation by operation": [
    "a batch with one wrong operation changes nothing",
    (store) => ({
      async batch(operations) {
        for (const operation of operations) await store.batch([operation], { durable: false });
      },
    }),
  ],
  "lets namespaces run into each other": [
    "namespaces are apart, also where one name begins like another or like an object's own parts",
    (store) => prefixed(store, (name, key) => name + key),
  ],
  "keeps keys in UTF-8": [
    "keys keep every character: zeros, controls, separators, lone surrogates, unlike forms of one letter",
    (store) => prefixed(store, (name, key) => `${name}/${new TextDecoder().decode(new TextEncoder().encode(key))}`),
  ],
  "sorts as people do": [
    "a range is in code-unit order, whatever the order of writing",
    (store) => ({
      namespace: (name) =>
        ranging(store.namespace(name), (entries) => entries.toSorted(([a], [b]) => a.localeCompare(b))),
    }),
  ],
  "takes the end of a range in": [
    "`gte` is included and `lt` is not, there or not",
    (store) => ({
      namespace(name) {
        const part = store.namespace(name);
        return {
          ...part,
          range: ({ lt, ...range } = {}) => part.range({ ...range, ...(lt === undefined ? {} : { lt: `${lt}\0` }) }),
        };
      },
    }),
  ],
  "limits before it reverses": [
    "`limit` takes the first ones, in reverse the last ones; 0 takes none",
    (store) => ({
      namespace(name) {
        const part = store.namespace(name);
        return {
          ...part,
          range: ({ reverse = false, ...range } = {}) =>
            ranging(part, (entries) => (reverse ? entries.toReversed() : entries)).range(range),
        };
      },
    }),
  ],
  "forgets the last of a page": [
    "a long range gives every entry once, both ways",
    (store) => ({
      namespace: (name) => ranging(store.namespace(name), (entries) => entries.filter((_, index) => index !== 1_000)),
    }),
  ],
  "keeps the caller's array": [
    "a value is a plain Uint8Array that nobody shares with the store",
    (store) => {
      const kept = new Map<string, Uint8Array>();
      return {
        namespace: (name) => ({
          ...store.namespace(name),
          async put(key, value) {
            kept.set(key, value);
          },
          get: async (key) => kept.get(key),
        }),
      };
    },
  ],
  "gives Buffers out": [
    "a value is a plain Uint8Array that nobody shares with the store",
    (store) => ({
      namespace(name) {
        const part = store.namespace(name);
        return {
          ...part,
          async get(key) {
            const value = await part.get(key);
            return value && Buffer.from(value);
          },
        };
      },
    }),
  ],
  "takes an empty value for none": [
    "an empty key is a key, an empty value is a value",
    (store) => ({
      namespace(name) {
        const part = store.namespace(name);
        return {
          ...part,
          async get(key) {
            const value = await part.get(key);
            return value?.length === 0 ? undefined : value;
          },
        };
      },
    }),
  ],
  "keeps keys in an object": [
    "a key may be `__proto__`, `constructor` or a number's text",
    (store) => {
      const kept: Record<string, Uint8Array> = {};
      return {
        namespace: (name) => ({
          ...store.namespace(name),
          get: async (key) => kept[key],
          async put(key, value) {
            kept[key] = value;
          },
        }),
      };
    },
  ],
  "applies writes late and in another order": [
    "writes take effect in the order of the calls, awaited or not",
    (store) => {
      let calls = 0;
      return {
        async batch(operations, o) {
          calls += 1;
          for (let turn = calls % 3; turn > 0; turn -= 1) await Promise.resolve();
          await store.batch(operations, o);
        },
        namespace(name) {
          const part = store.namespace(name);
          return {
            ...part,
            async put(key, value) {
              calls += 1;
              for (let turn = calls % 3; turn > 0; turn -= 1) await Promise.resolve();
              await part.put(key, value);
            },
          };
        },
      };
    },
  ],
  "goes on after closing": ["after closing, every use fails with STORE_CLOSED", () => ({ close: async () => {} })],
  "cannot be closed twice": [
    "closing twice, and twice at once, is harmless",
    (store) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new SwarmError("STORE_CLOSED", "closed already");
          closed = true;
          await store.close();
        },
      };
    },
  ],
  "loses what was written when it is opened again": [
    "everything is there after reopening: names, keys, values and order",
    (store) => ({
      async open(o) {
        await store.open?.(o);
        for await (const [key] of store.namespace("one").range()) await store.namespace("one").delete(key);
      },
    }),
  ],
  "writes half a batch to a full medium": [
    "on a full medium a write fails with STORE_FULL whole, reads go on",
    (store) => ({
      async batch(operations, o) {
        if (operations.length < 3) return store.batch(operations, o);
        for (const operation of operations) await store.batch([operation], o);
      },
    }),
  ],
  "stays full": [
    "once the medium has room again, writes succeed and all earlier entries are there",
    (store) => {
      let full: unknown;
      return {
        async batch(operations, o) {
          if (full !== undefined) throw full;
          await store.batch(operations, o).catch((error: unknown) => {
            full = error;
            throw error;
          });
        },
      };
    },
  ],
};

describe("the store suite", () => {
  it("is green on a sound store", async () => {
    for (const check of storeChecks) await runStoreCheck(check, () => harness());
  });

  it.each(Object.entries(flawed))("is red on a store that %s", async (_, [promise, flaw]) => {
    const check = storeChecks.find((candidate) => candidate.promise === promise);
    expect(check, `a check of the name "${promise}"`).toBeDefined();
    if (check !== undefined) await expect(runStoreCheck(check, () => harness(flaw))).rejects.toThrow();
  });

  it("has at least 20 checks of different names", () => {
    expect(storeChecks.length).toBeGreaterThanOrEqual(20);
    expect(new Set(storeChecks.map(({ promise }) => promise)).size).toBe(storeChecks.length);
  });
});

async function harness(flaw: Flaw = () => ({})): Promise<StoreHarness> {
  const sound = memoryStore({ maxBytes: 6 * 1_048_576 });
  const base: Store = {
    durable: false,
    namespace: (name) => sound.namespace(name),
    batch: (operations, o) => sound.batch(operations, o),
    open: (o) => sound.open?.(o) ?? Promise.resolve(),
    close: () => sound.close(),
  };
  const store: Store = { ...base, ...flaw(base) };
  return {
    store,
    async reopen() {
      await store.close();
      await store.open?.({ signal: new AbortController().signal });
      return store;
    },
    async setFull(full) {
      const filler = sound.namespace("filler");
      if (full) await filler.put("filler", new Uint8Array(6 * 1_048_576 - 200_000));
      else await filler.delete("filler");
    },
    dispose: () => sound.close(),
  };
}

function ranging(
  part: StoreNamespace,
  change: (entries: readonly (readonly [string, Uint8Array])[]) => readonly (readonly [string, Uint8Array])[],
): StoreNamespace {
  return {
    ...part,
    async *range(range) {
      const entries: (readonly [string, Uint8Array])[] = [];
      for await (const entry of part.range(range)) entries.push(entry);
      yield* change(entries);
    },
  };
}

/** All namespaces in one, as a careless key prefix makes it. */
function prefixed(store: Store, place: (name: string, key: string) => string): Partial<Store> {
  const all = store.namespace("all");
  return {
    namespace(name) {
      store.namespace(name);
      return {
        get: (key) => all.get(place(name, key)),
        put: (key, value) => all.put(place(name, key), value),
        delete: (key) => all.delete(place(name, key)),
        async *range() {
          for await (const [key, value] of all.range())
            if (key.startsWith(place(name, ""))) yield [key.slice(place(name, "").length), value] as const;
        },
      };
    },
    async batch(operations, o) {
      await store.batch(
        operations.map((operation) => ({
          ...operation,
          namespace: "all",
          key: place(operation.namespace, operation.key),
        })),
        o,
      );
    },
  };
}

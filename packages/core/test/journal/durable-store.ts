import { memoryStore, type Store, type StoreOperation, SwarmError } from "../../src/index.ts";

/** A memory store that says it is durable: it lives on beyond the journals of a test. Counts batches, and fails by command. */
export interface DurableStore extends Store {
  /** What was asked for, batch by batch. */
  readonly batches: { readonly operations: readonly StoreOperation[]; readonly durable: boolean }[];
  /** Set: each batch that this picks rejects with `STORE_FULL`. */
  full: ((operations: readonly StoreOperation[]) => boolean) | undefined;
  /** Set: batches that this picks wait until it is released. */
  hold: Promise<void> | undefined;
}

export function durableStore(): DurableStore {
  const memory = memoryStore();
  const batches: DurableStore["batches"] = [];
  const write = memory.batch.bind(memory);
  const store: DurableStore = Object.assign(memory, {
    durable: true,
    batches,
    full: undefined,
    hold: undefined,
    batch: async (operations: readonly StoreOperation[], o: { readonly durable: boolean }) => {
      batches.push({ operations, ...o });
      await store.hold;
      if (store.full?.(operations)) throw new SwarmError("STORE_FULL", "the medium of the test is full");
      await write(operations, o);
    },
  });
  return store;
}

export async function keysOf(store: Store, namespace: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of store.namespace(namespace).range()) keys.push(key);
  return keys;
}

export function unexpected(error: unknown): never {
  throw error;
}

/** One write of a batch. */
export type StoreOperation =
  | { readonly type: "put"; readonly namespace: string; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "delete"; readonly namespace: string; readonly key: string };

/** Which keys, in code-unit order. Absent bounds are open. */
export interface StoreRange {
  readonly gte?: string;
  readonly lt?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** One named part of a store. */
export interface StoreNamespace {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  range(range?: StoreRange): AsyncIterable<readonly [key: string, value: Uint8Array]>;
}

/**
 * Keeps bytes for outbox, ledger, peer book, scores and chain.
 * @throws SwarmError `STORE_FULL`, `STORE_FAILED`
 */
export interface Store {
  /** What is written is still there after a crash of this process. */
  readonly durable: boolean;
  namespace(name: string): StoreNamespace;
  /** All or nothing, across namespaces. `durable: true` resolves after the medium has it (fsync). */
  batch(operations: readonly StoreOperation[], o: { readonly durable: boolean }): Promise<void>;
  /** Twice is harmless. */
  close(): Promise<void>;
}

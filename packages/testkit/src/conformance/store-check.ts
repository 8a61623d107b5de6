import type { Store, StoreNamespace, StoreOperation, StoreRange } from "@swarm-space/core";
import type { Check, Claim } from "./choice.ts";

/** One store under test, empty and open. */
export interface StoreHarness {
  readonly store: Store;
  /** Closes the store where it is open, and opens the same medium again. */
  reopen?(): Promise<Store>;
  /** Makes the medium full, or gives it room again. */
  setFull?(full: boolean): Promise<void> | void;
  /** Frees everything, closed or not. */
  dispose(): Promise<void>;
}

export interface StoreCapabilities {
  /** The harness has `reopen`: what was written is found again. */
  readonly reopen: Claim;
  /** The harness has `setFull`. */
  readonly full: Claim;
}

export interface StoreCheck extends Check<keyof StoreCapabilities> {
  run(harness: StoreHarness): Promise<void>;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

export function put(namespace: string, key: string, value: string | Uint8Array): StoreOperation {
  return { type: "put", namespace, key, value: typeof value === "string" ? bytes(value) : value };
}

export function remove(namespace: string, key: string): StoreOperation {
  return { type: "delete", namespace, key };
}

export async function keysOf(namespace: StoreNamespace, range?: StoreRange): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const [key] of namespace.range(range)) keys.push(key);
  return keys;
}

export async function entriesOf(
  namespace: StoreNamespace,
  range?: StoreRange,
): Promise<readonly (readonly [string, string | undefined])[]> {
  const entries: (readonly [string, string | undefined])[] = [];
  for await (const [key, value] of namespace.range(range)) entries.push([key, text(value)]);
  return entries;
}

/** Writes keys whose values are the keys. */
export async function fill(store: Store, namespace: string, keys: readonly string[]): Promise<void> {
  await store.batch(
    keys.map((key) => put(namespace, key, `value of ${key}`)),
    { durable: false },
  );
}

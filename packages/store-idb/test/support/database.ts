import "fake-indexeddb/auto";
import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "@swarm-space/core";
import { type IdbStore, idbStore } from "@swarm-space/store-idb";

export const signal = new AbortController().signal;

export function freshName(): string {
  return `test-${randomUUID()}`;
}

export function storeNamed(name: string, clock: Clock = systemClock()): IdbStore {
  return idbStore({ name }, { clock });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export async function keysOf(store: IdbStore, namespace: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const [key] of store.namespace(namespace).range()) keys.push(key);
  return keys;
}

/** Settles an IndexedDB request, without the library under test. */
export function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Opens a database as any page could. */
export function openPlainly(
  name: string,
  version?: number,
  upgrade?: (database: IDBDatabase) => void,
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade?.(request.result);
  return settled(request);
}

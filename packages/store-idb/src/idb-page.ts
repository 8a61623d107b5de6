import type { CheckedRange } from "@swarm-space/core";
import type { IdbDatabase } from "./idb-driver.ts";
import { foreignEntryError } from "./idb-errors.ts";

/** Entries of one transaction. Keys are strings and values bytes, as this plugin alone writes them. */
export type IdbPage = readonly (readonly [key: string, value: Uint8Array])[];

const firstEntries = 32;
const mostEntries = 1_024;
const pageBytes = 524_288;

/** How many entries the next page should have, so that pages hold about half a mebibyte. */
export function nextPageLength(page: IdbPage | undefined): number {
  if (page === undefined) return firstEntries;
  const bytes = page.reduce((sum, [, value]) => sum + value.length, 0);
  const fitting = Math.floor((page.length * pageBytes) / Math.max(1, bytes));
  return Math.max(1, Math.min(mostEntries, page.length * 4, fitting));
}

/** Up to `count` entries of the range, behind `last` where given. All are of one moment. */
export async function readPage(
  database: IdbDatabase,
  name: string,
  range: CheckedRange,
  last: string | undefined,
  count: number,
): Promise<IdbPage> {
  if (!database.objectStoreNames.contains(name)) return [];
  const { reverse } = range;
  const lower = reverse || last === undefined ? range.gte : last;
  const upper = reverse && last !== undefined ? last : range.lt;
  const lowerOpen = !reverse && last !== undefined;
  if (upper !== undefined && (lower > upper || lower === upper)) return [];
  const keys =
    upper === undefined ? IDBKeyRange.lowerBound(lower, lowerOpen) : IDBKeyRange.bound(lower, upper, lowerOpen, true);
  const { store } = database.transaction(name, "readonly");
  if (!reverse) {
    const [found, values] = await Promise.all([store.getAllKeys(keys, count), store.getAll(keys, count)]);
    return found.map((key, index) => entryOf(database.name, key, values[index]));
  }
  const page: (readonly [string, Uint8Array])[] = [];
  for (
    let cursor = await store.openCursor(keys, "prev");
    cursor !== null && page.length < count;
    cursor = await cursor.continue()
  ) {
    page.push(entryOf(database.name, cursor.key, cursor.value));
  }
  return page;
}

function entryOf(database: string, key: IDBValidKey, value: unknown): readonly [string, Uint8Array] {
  const bytes = bytesOf(value);
  if (typeof key === "string" && bytes !== undefined) return [key, bytes];
  throw foreignEntryError(database);
}

/** The bytes; undefined for anything else that somebody put there. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const isBytes = ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
  return isBytes ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

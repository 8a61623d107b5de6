import { SwarmError } from "../errors/index.ts";
import type { StoreOperation, StoreRange } from "../ports/store.ts";
import { storeLimits } from "./store-limits.ts";

const namePattern = /^[A-Za-z0-9_.:/-]{1,64}$/;

/**
 * The name itself, when it is one.
 * @throws SwarmError `OPTION_INVALID`
 */
export function checkNamespaceName(name: unknown, index?: number): string {
  if (typeof name === "string" && namePattern.test(name)) return name;
  throw refusal(pathOf("namespace", index), "1 to 64 letters, digits or _ . : / -", name);
}

/**
 * The key itself, when it is one.
 * @throws SwarmError `OPTION_INVALID`
 */
export function checkKey(key: unknown, name = "key", index?: number): string {
  if (typeof key === "string" && key.length <= storeLimits.keyLength) return key;
  throw refusal(pathOf(name, index), `a string of at most ${storeLimits.keyLength} code units`, key);
}

/**
 * A copy of the value, when it is one.
 * @throws SwarmError `OPTION_INVALID`
 */
export function copyValue(value: unknown, index?: number): Uint8Array {
  if (!isBytes(value) || value.length > storeLimits.valueBytes) {
    throw refusal(pathOf("value", index), `a Uint8Array of at most ${storeLimits.valueBytes} bytes`, value);
  }
  return new Uint8Array(value);
}

/**
 * The operations with their values copied, so that nobody changes them while they wait.
 * @throws SwarmError `OPTION_INVALID` with the path of the first wrong one
 */
export function copyOperations(operations: readonly StoreOperation[]): readonly StoreOperation[] {
  if (!Array.isArray(operations) || operations.length > storeLimits.batchOperations) {
    throw refusal("operations", `a list of at most ${storeLimits.batchOperations} operations`, operations);
  }
  return operations.map((operation: unknown, index) => copyOperation(operation, index));
}

function copyOperation(operation: unknown, index: number): StoreOperation {
  if (typeof operation !== "object" || operation === null)
    throw refusal(`operations[${index}]`, "a put or a delete", operation);
  const { type, namespace, key, value } = operation as { [Name in "type" | "namespace" | "key" | "value"]?: unknown };
  if (type !== "put" && type !== "delete") throw refusal(pathOf("type", index), '"put" or "delete"', type);
  const place = { namespace: checkNamespaceName(namespace, index), key: checkKey(key, "key", index) };
  return type === "put" ? { type, ...place, value: copyValue(value, index) } : { type, ...place };
}

/** Of a field of its own, or of the operation of this index. */
function pathOf(name: string, index: number | undefined): string {
  return index === undefined ? name : `operations[${index}].${name}`;
}

/** A range with every field decided. `limit` may be `Infinity`. */
export interface CheckedRange {
  readonly gte: string;
  readonly lt: string | undefined;
  readonly limit: number;
  readonly reverse: boolean;
}

/**
 * Fills in what is absent.
 * @throws SwarmError `OPTION_INVALID`
 */
export function checkRange(range: StoreRange = {}): CheckedRange {
  if (typeof range !== "object" || range === null) throw refusal("range", "an object", range);
  const { gte, lt, limit, reverse } = range;
  if (limit !== undefined && limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw refusal("range.limit", "a whole number from 0 on", limit);
  }
  if (reverse !== undefined && typeof reverse !== "boolean") throw refusal("range.reverse", "true or false", reverse);
  return {
    gte: gte === undefined ? "" : checkKey(gte, "range.gte"),
    lt: lt === undefined ? undefined : checkKey(lt, "range.lt"),
    limit: limit ?? Number.POSITIVE_INFINITY,
    reverse: reverse ?? false,
  };
}

/** True where no key can lie in the range. */
export function isEmptyRange({ gte, lt, limit }: CheckedRange): boolean {
  return limit === 0 || (lt !== undefined && lt <= gte);
}

/**
 * What `batch` was told about the medium.
 * @throws SwarmError `OPTION_INVALID`
 */
export function checkDurable(o: { readonly durable: boolean }): boolean {
  const durable: unknown = o?.durable;
  if (typeof durable !== "boolean") throw refusal("durable", "true or false", durable);
  return durable;
}

function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function refusal(path: string, expected: string, found: unknown): SwarmError {
  const shown = describe(found);
  return new SwarmError("OPTION_INVALID", `${path}: expected ${expected}, found ${shown}`, {
    detail: { path, expected, found: shown },
  });
}

function describe(found: unknown): string {
  if (typeof found === "string") return found.length > 40 ? `a string of ${found.length}` : JSON.stringify(found);
  if (isBytes(found)) return `${found.length} bytes`;
  if (Array.isArray(found)) return `a list of ${found.length}`;
  return typeof found === "number" ? String(found) : found === null ? "null" : typeof found;
}

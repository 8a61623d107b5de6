/**
 * A deeply frozen copy of plain objects and lists. Anything else (functions, instances, bytes) is passed on as it is:
 * it may belong to the caller, who would be surprised to find it frozen.
 */
export function freezeCopy<Value>(value: Value): Value;
export function freezeCopy(value: unknown): unknown {
  return copy(value, new Map());
}

function copy(value: unknown, done: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const twin: object = Array.isArray(value) ? [] : {};
  done.set(value, twin);
  for (const key of Object.keys(value)) {
    // Defined, not assigned: an own key "__proto__" must stay a key.
    Object.defineProperty(twin, key, { value: copy(Reflect.get(value, key), done), enumerable: true });
  }
  return Object.freeze(twin);
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

import { decode, type EncodeOptions, encode } from "cborg";
import { SwarmError } from "../errors/index.ts";

function refuse(what: string): never {
  throw new SwarmError("MESSAGE_INVALID", `${what} cannot be sent`);
}

/** Class instances look like objects to a codec and would arrive as something else. */
const plainObject = (value: object): null => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse("An instance of a class");
  if (Object.hasOwn(value, "__proto__")) refuse("A key named __proto__");
  return null;
};

const denseArray = (value: readonly unknown[]): null => {
  if (value.includes(undefined)) refuse("undefined in an array");
  return null;
};

const refusedTypes = [
  "bigint",
  "undefined",
  "ArrayBuffer",
  "DataView",
  "Map",
  "Tagged",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "BigUint64Array",
  "BigInt64Array",
  "Float32Array",
  "Float64Array",
] as const;

const encodeOptions: EncodeOptions = {
  ignoreUndefinedProperties: true,
  typeEncoders: {
    Object: plainObject,
    Array: denseArray,
    ...Object.fromEntries(
      refusedTypes.map((type) => [type, () => refuse(type === "undefined" ? "undefined" : `A ${type}`)]),
    ),
  },
};

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

/**
 * A message as CBOR (RFC 8949). What would not arrive deep-equal is refused.
 * @throws SwarmError `MESSAGE_INVALID`, naming the path
 */
export function encodeMessage(message: unknown): Uint8Array {
  try {
    return encode(message, encodeOptions);
  } catch (error) {
    const path = pathOfRefused(message);
    const what = error instanceof Error ? error.message.replace(/^CBOR encode error: /, "") : String(error);
    throw new SwarmError("MESSAGE_INVALID", `${what}${path ? ` (at ${path})` : ""}`, {
      cause: error,
      detail: { path },
    });
  }
}

/**
 * The message of a letter's body.
 * @throws SwarmError `MESSAGE_INVALID`
 */
export function decodeMessage(body: Uint8Array): unknown {
  try {
    const message: unknown = decode(body, decodeOptions);
    if (body.length >= protoKey.length && includesBytes(body, protoKey)) refuseProto(message);
    return message;
  } catch (error) {
    throw new SwarmError("MESSAGE_INVALID", "the body is no message", { cause: error });
  }
}

const protoKey = new TextEncoder().encode("__proto__");

/** Most bodies hold no such bytes, so the walk is for the few that do. */
function includesBytes(body: Uint8Array, part: Uint8Array): boolean {
  const first = part[0] ?? 0;
  for (let at = body.indexOf(first); at >= 0; at = body.indexOf(first, at + 1)) {
    if (part.every((byte, i) => body[at + i] === byte)) return true;
  }
  return false;
}

function refuseProto(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  if (Object.hasOwn(value, "__proto__")) throw new SwarmError("MESSAGE_INVALID", "A key named __proto__ is refused");
  for (const child of Object.values(value)) refuseProto(child);
}

/** Walked only after a refusal: finds the first place that cannot be sent. */
function pathOfRefused(value: unknown, path = "", above: readonly object[] = []): string | undefined {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    return sendable(value) ? undefined : path || "the message itself";
  }
  if (above.includes(value)) return path;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return path || "the message itself";
  if (!Array.isArray(value) && Object.hasOwn(value, "__proto__")) return path ? `${path}.__proto__` : "__proto__";
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined && !Array.isArray(value)) continue;
    const found = pathOfRefused(child, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, [
      ...above,
      value,
    ]);
    if (found) return found;
  }
  return undefined;
}

function sendable(value: unknown): boolean {
  return value === null || value instanceof Uint8Array || ["string", "number", "boolean"].includes(typeof value);
}

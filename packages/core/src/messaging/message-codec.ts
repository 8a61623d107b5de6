import { decode, type EncodeOptions, encode, encodeInto, Token, Type } from "cborg";
import { describeError, SwarmError } from "../errors/index.ts";
import { viewByteString } from "./byte-views.ts";
import type { MessagePool } from "./message-pool.ts";
import { writePlainMessage } from "./plain-message.ts";
import type { PlainReader } from "./plain-reader.ts";

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

/** UTF-8 has no lone surrogates: they would arrive as something else. Keys come here too. */
const wholeString = (value: string): null => {
  if (!value.isWellFormed()) refuse("A string with a lone surrogate");
  return null;
};

/** CBOR has no integer -0. */
const signedZero = (value: number): Token | null => (Object.is(value, -0) ? new Token(Type.float, value) : null);

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
    string: wholeString,
    number: signedZero,
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
 * @param pool memory for small ones; what does not fit gets its own
 * @throws SwarmError `MESSAGE_INVALID`, naming the path
 */
export function encodeMessage(message: unknown, pool?: MessagePool): Uint8Array {
  try {
    const pooled = message instanceof Uint8Array ? undefined : pool?.take(writeMessage, message);
    // Whatever was wrong shows again here.
    return pooled ?? encode(message, encodeOptions);
  } catch (error) {
    const path = placeRefused(message);
    const what = error instanceof RangeError ? "A message nested so deep cannot be sent" : wordsOf(error);
    throw new SwarmError("MESSAGE_INVALID", `${what}${path ? ` (at ${path})` : ""}`, {
      cause: error,
      detail: { path },
    });
  }
}

/**
 * The message of a letter's body.
 * @param reader reads the plain ones; without it the codec reads all
 * @throws SwarmError `MESSAGE_INVALID`
 */
export function decodeMessage(body: Uint8Array, reader?: PlainReader): unknown {
  const plain = viewByteString(body) ?? reader?.read(body);
  if (plain !== undefined) return plain;
  try {
    const message: unknown = decode(body, decodeOptions);
    if (typeof message !== "object" || message instanceof Uint8Array) return message;
    if (body.length >= protoKey.length && includesBytes(body, protoKey)) refuseProto(message);
    return message;
  } catch (error) {
    throw new SwarmError("MESSAGE_INVALID", "the body is no message", { cause: error });
  }
}

function writeMessage(message: unknown, room: Uint8Array, at: number): number {
  return writePlainMessage(message, room, at) ?? at + encodeInto(message, room.subarray(at), encodeOptions).written;
}

function wordsOf(error: unknown): string {
  return describeError(error).replace(/^CBOR encode error: /, "");
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

/** A value whose own code throws is walked no further. */
function placeRefused(message: unknown): string | undefined {
  try {
    return pathOfRefused(message);
  } catch {
    return undefined;
  }
}

/** Deeper places are not named: what overflows the codec must not overflow the search. */
const maxPathDepth = 1_000;

/** Walked only after a refusal: finds the first place that cannot be sent. */
function pathOfRefused(value: unknown, path = "", above: readonly object[] = []): string | undefined {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    return sendable(value) ? undefined : path || "the message itself";
  }
  if (above.length > maxPathDepth || above.includes(value)) return path;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return path || "the message itself";
  if (!Array.isArray(value) && Object.hasOwn(value, "__proto__")) return path ? `${path}.__proto__` : "__proto__";
  for (const [key, child] of Array.isArray(value) ? indexed(value) : Object.entries(value)) {
    if (child === undefined && !Array.isArray(value)) continue;
    if (!key.isWellFormed()) return path ? `${path}.${key}` : key;
    const found = pathOfRefused(child, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, [
      ...above,
      value,
    ]);
    if (found) return found;
  }
  return undefined;
}

/** As `Object.entries`, holes among them. */
function indexed(list: readonly unknown[]): [string, unknown][] {
  return Array.from(list, (child, i) => [String(i), child]);
}

function sendable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  return value === null || value instanceof Uint8Array || ["number", "boolean"].includes(typeof value);
}

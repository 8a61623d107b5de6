import { writeHead } from "./frame-writer.ts";
import { major } from "./head-reader.ts";

/**
 * A shorter way for the bodies that most letters have, as `FrameWriter` is for frames: small objects and lists of short
 * texts, whole numbers, booleans and null, under ASCII keys. The codec makes an entry and a token of each key, and memory of its own for each text.
 * What this writes is what the codec would (RFC 8949 §4.2.1, keys by length, then by their bytes), and whatever else there is, or is to be
 * refused, is left to the codec; a property test compares the two.
 */

const { unsigned, negative, textString, list, map } = major;
const simple = { false: 0xf4, true: 0xf5, null: 0xf6 } as const;
/** As deep as plain messages are written and read. */
export const maxDepth = 8;
const fewKeys = 32;
/** Longer ones are read faster by the platform. */
const maxTextLength = 256;
const utf8 = new TextEncoder();

/** Writes the message into `room` from `at` on. @returns where it ends; undefined: it is one for the codec */
export function writePlainMessage(message: unknown, room: Uint8Array, at = 0): number | undefined {
  const end = write(room, at, message, 0);
  return end < 0 || end > room.length ? undefined : end;
}

/** Where the value ends; below 0: it is none of these. What does not fit is not written, and ends beyond the room. */
function write(room: Uint8Array, at: number, value: unknown, depth: number): number {
  if (at > room.length) return -1;
  switch (typeof value) {
    case "string":
      return writeText(room, at, value);
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return -1;
      return value >= 0 ? writeHead(room, at, unsigned, value) : writeHead(room, at, negative, -1 - value);
    case "boolean":
      room[at] = value ? simple.true : simple.false;
      return at + 1;
    case "object":
      break;
    default:
      return -1;
  }
  if (value === null) {
    room[at] = simple.null;
    return at + 1;
  }
  if (depth === maxDepth) return -1;
  if (Array.isArray(value)) return writeList(room, at, value, depth + 1);
  return isPlain(value) ? writeMap(room, at, value, depth + 1) : -1;
}

function writeText(room: Uint8Array, start: number, text: string): number {
  const end = writeAscii(room, start, text);
  if (end >= 0 || text.length > maxTextLength || !text.isWellFormed()) return end;
  const bytes = utf8.encode(text);
  const at = writeHead(room, start, textString, bytes.length);
  if (at + bytes.length <= room.length) room.set(bytes, at);
  return at + bytes.length;
}

function writeAscii(room: Uint8Array, start: number, text: string): number {
  const { length } = text;
  if (length > maxTextLength) return -1;
  const at = writeHead(room, start, textString, length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return -1;
    room[at + i] = code;
  }
  return at + length;
}

function writeList(room: Uint8Array, start: number, values: readonly unknown[], depth: number): number {
  // Once: a getter among the values may make the list longer.
  const { length } = values;
  let at = writeHead(room, start, list, length);
  // By index: a hole is undefined, which is for the codec to refuse.
  for (let i = 0; i < length && at >= 0; i++) at = write(room, at, values[i], depth);
  return at;
}

function writeMap(room: Uint8Array, start: number, record: Readonly<Record<string, unknown>>, depth: number): number {
  const keys = Object.keys(record);
  if (keys.length <= fewKeys) insertionSort(keys);
  else keys.sort((a, b) => (isAfter(a, b) ? 1 : -1));
  let at = writeHead(room, start, map, keys.length);
  for (const key of keys) {
    at = writeAscii(room, at, key);
    if (at >= 0) at = write(room, at, record[key], depth);
    if (at < 0) return at;
  }
  return at;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !Object.hasOwn(value, "__proto__");
}

/** Of few keys, mostly in order already: `sort` takes more memory than all the rest of writing a letter. */
function insertionSort(keys: string[]): void {
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] ?? "";
    let at = i;
    for (let before = keys[at - 1]; before !== undefined && isAfter(before, key); before = keys[at - 1]) {
      keys[at] = before;
      at--;
    }
    keys[at] = key;
  }
}

/** In the order of their bytes as encoded, of ASCII keys; others are not written here, or read. */
export function isAfter(key: string, other: string): boolean {
  return key.length === other.length ? key > other : key.length > other.length;
}

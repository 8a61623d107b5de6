import { SwarmError } from "../errors/index.ts";

const secretWords: readonly string[] = Object.freeze([
  "secret",
  "secrets",
  "password",
  "passwords",
  "passphrase",
  "passwd",
  "pwd",
  "token",
  "tokens",
  "key",
  "keys",
  "apikey",
  "credential",
  "credentials",
  "authorization",
  "cookie",
  "mnemonic",
]);

const most = Object.freeze({ depth: 6, entries: 50, text: 500 });

/** True for a name like "apiKey", "auth_token" or "password". A public key is no secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return !words.includes("public") && words.some((word) => secretWords.includes(word));
}

/** Hides what stands before the @ of an address and secrets in its query, and breaks no line: text may come from a stranger. */
export function cleanText(text: string, longest: number = most.text): string {
  const hidden = text
    .replace(/\/\/[^/@\s]+@/g, "//[hidden]@")
    .replace(/([?&#]([^=&#\s]+)=)[^&#\s]+/g, (whole: string, head: string, name: string) =>
      isSecretName(name) ? `${head}[hidden]` : whole,
    );
  const short = hidden.length > longest ? `${hidden.slice(0, longest - 1)}…` : hidden;
  return short.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * A plain copy of anything, fit for a log: secrets by name are hidden, circles and depths cut, long texts and lists
 * shortened, bytes counted. Never throws.
 */
export function redact(value: unknown): unknown {
  return copy(value, []);
}

function copy(value: unknown, above: readonly object[]): unknown {
  switch (typeof value) {
    case "string":
      return cleanText(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
    case "function":
      return `[${typeof value}]`;
    case "object":
      return value === null ? null : copyObject(value, above);
    default:
      return value;
  }
}

function copyObject(value: object, above: readonly object[]): unknown {
  if (above.includes(value)) return "[circular]";
  if (above.length >= most.depth) return "[deep]";
  try {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Error)
      return cleanText(SwarmError.is(value) ? `${value.code}: ${value.message}` : `${value.name}: ${value.message}`);
    if (value instanceof Date) return value.toJSON();
    if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
    const inner = [...above, value];
    if (Array.isArray(value))
      return withRest(
        value.slice(0, most.entries).map((each) => copy(each, inner)),
        value.length,
      );
    return copyFields(value, inner);
  } catch {
    return "[unreadable]";
  }
}

function withRest(list: unknown[], length: number): unknown[] {
  return length > list.length ? [...list, `… ${length - list.length} more`] : list;
}

function copyFields(value: object, inner: readonly object[]): unknown {
  const names = Object.keys(value);
  const fields = names
    .slice(0, most.entries)
    .map((name): [string, unknown] => [
      cleanText(name, 80),
      isSecretName(name) ? "[hidden]" : field(value, name, inner),
    ]);
  if (names.length > fields.length) fields.push(["…", `${names.length - fields.length} more`]);
  return Object.fromEntries(fields);
}

function field(value: object, name: string, inner: readonly object[]): unknown {
  try {
    return copy(Reflect.get(value, name), inner);
  } catch {
    return "[unreadable]";
  }
}

import { HeadReader, major } from "./head-reader.ts";
import { isAfter, maxDepth } from "./plain-message.ts";

const longestKey = 64;
/** Longer ones are read faster by the platform. */
const longestShort = 16;
const places = 64;
const none = new Uint8Array();
/** As the codec's own: what is no UTF-8 is read as U+FFFD by both. */
const utf8 = new TextDecoder();

/**
 * A shorter way for the bodies that most letters have, as `writePlainMessage` is for those that go: maps and lists of texts,
 * whole numbers, booleans and null, in the one form that RFC 8949 §4.2.1 gives them. The codec makes a token of each, and each key
 * anew. Whatever else there is (floats, byte strings, keys out of order, twice, or not ASCII, a longer head than
 * need be), or is to be refused, is left to the codec; a property test compares the two.
 */
export class PlainReader {
  readonly #heads = new HeadReader(none);
  /** The keys that were read last, each at a place that its length and its ends give. */
  readonly #keys = new Array<string>(places).fill("");

  /** The message; undefined: it is one for the codec. */
  read(body: Uint8Array): unknown {
    this.#heads.begin(body);
    const message = this.#value(0);
    const { isAtEnd } = this.#heads;
    this.#heads.begin(none);
    return isAtEnd ? message : undefined;
  }

  /** Undefined: none of these. */
  #value(depth: number): unknown {
    const heads = this.#heads;
    switch (heads.peek() >> 5) {
      case major.unsigned:
        return heads.head(major.unsigned);
      case major.negative: {
        const below = heads.head(major.negative);
        return below === undefined || below === Number.MAX_SAFE_INTEGER ? heads.fail() : -1 - below;
      }
      case major.textString:
        return this.#text();
      case major.list:
        return depth < maxDepth ? this.#list(depth + 1) : heads.fail();
      case major.map:
        return depth < maxDepth ? this.#map(depth + 1) : heads.fail();
      case major.simple: {
        const value = heads.head(major.simple);
        return value === 20 ? false : value === 21 ? true : value === 22 ? null : heads.fail();
      }
      default:
        return heads.fail();
    }
  }

  #text(): string | undefined {
    const heads = this.#heads;
    const length = heads.head(major.textString);
    if (length === undefined) return undefined;
    const short = length <= longestShort ? heads.ascii(length) : undefined;
    if (short !== undefined) return short;
    const bytes = heads.bytes(length);
    return bytes && utf8.decode(bytes);
  }

  #list(depth: number): unknown[] | undefined {
    const length = this.#heads.head(major.list) ?? 0;
    const values: unknown[] = [];
    for (let i = 0; i < length; i++) {
      const value = this.#value(depth);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  #map(depth: number): Readonly<Record<string, unknown>> | undefined {
    const length = this.#heads.head(major.map) ?? 0;
    const record: Record<string, unknown> = {};
    let before = "";
    for (let i = 0; i < length; i++) {
      const key = this.#key();
      // In order, so that none is there twice.
      if (key === undefined || (i > 0 && !isAfter(key, before))) return this.#heads.fail();
      const value = this.#value(depth);
      if (value === undefined) return undefined;
      record[key] = value;
      before = key;
    }
    return record;
  }

  #key(): string | undefined {
    const heads = this.#heads;
    const length = heads.head(major.textString);
    if (length === undefined || length > longestKey) return undefined;
    const place = (7 * length + 3 * heads.peek() + heads.peek(length - 1)) % places;
    const key = heads.ascii(length, this.#keys[place]);
    if (key === undefined || key === "__proto__") return undefined;
    this.#keys[place] = key;
    return key;
  }
}

import { type Outcome, refuse, succeed } from "../model/verdict.ts";
import { ByteReader, Malformed } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { Field, ValueOf } from "./field.ts";

type RecordOf<Shape> = { readonly [Name in keyof Shape]: ValueOf<Shape[Name]> };

/** Fields one after the other, no tags and no padding. */
// biome-ignore lint/suspicious/noExplicitAny: a shape holds fields of all kinds; each name keeps its own
export function record<Shape extends Readonly<Record<string, Field<any>>>>(shape: Shape): Field<RecordOf<Shape>> {
  const entries: readonly (readonly [keyof Shape & string, Field<unknown>])[] = Object.entries(shape);
  return {
    write(writer, value) {
      for (const [name, field] of entries) field.write(writer, value[name]);
    },
    read(reader) {
      const value: Partial<Record<keyof Shape, unknown>> = {};
      for (const [name, field] of entries) value[name] = field.read(reader);
      return value as RecordOf<Shape>;
    },
  };
}

/**
 * @param size how many bytes it will likely be
 * @throws SwarmError `CHAIN_VALUE_INVALID`
 */
export function encode<Value>(field: Field<Value>, value: Value, size?: number): Uint8Array {
  const writer = new ByteWriter(size);
  field.write(writer, value);
  return writer.finish();
}

/** Total: all of the bytes, or a refusal `MALFORMED`. */
export function decode<Value>(field: Field<Value>, bytes: Uint8Array): Outcome<Value> {
  const reader = new ByteReader(bytes);
  try {
    const value = field.read(reader);
    return reader.left === 0 ? succeed(value) : refuse("MALFORMED", `${reader.left} bytes too many`);
  } catch (error) {
    if (error instanceof Malformed) return refuse("MALFORMED", error.message);
    throw error;
  }
}

import type { SwarmError } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import type { Hash } from "../model/hex.ts";
import { type ByteReader, Malformed } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/**
 * One value's one byte form. `read` takes exactly what `write` of the same value gives, and nothing else: so
 * `encode(decode(bytes))` is `bytes` for all that is accepted.
 */
export interface Field<Value> {
  /** @throws SwarmError `CHAIN_VALUE_INVALID` for a value outside of the field's range */
  write(writer: ByteWriter, value: Value): void;
  read(reader: ByteReader): Value;
}

/** What a field's values are. */
export type ValueOf<Form> = Form extends Field<infer Value> ? Value : never;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function unfit(what: string): SwarmError {
  return chainError("CHAIN_VALUE_INVALID", `${what} cannot be encoded.`);
}

function unsigned(bits: 8 | 16 | 32 | 48): Field<number> {
  const length = bits / 8;
  const most = 2 ** bits - 1;
  return {
    write(writer, value) {
      if (!Number.isSafeInteger(value) || value < 0 || value > most || Object.is(value, -0))
        throw unfit(`A u${bits} of ${value}`);
      writer.unsigned(value, length);
    },
    read: (reader) => reader.unsigned(length),
  };
}

export const u8: Field<number> = unsigned(8);
export const u16: Field<number> = unsigned(16);
export const u32: Field<number> = unsigned(32);
export const u48: Field<number> = unsigned(48);

/** Amounts, nonces. */
export const u64: Field<bigint> = {
  write(writer, value) {
    if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) throw unfit(`A u64 of ${value}`);
    writer.u64(value);
  },
  read: (reader) => reader.u64(),
};

/** 32 bytes, as hexadecimal digits: ids, roots, accounts. */
export const hash: Field<Hash> = {
  write(writer, value) {
    if (value.length !== 64 || !writer.hex(value)) throw unfit("What is not 64 lower-case hexadecimal digits");
  },
  read: (reader) => reader.hex(32),
};

/** Exactly `length` bytes. */
export function fixedBytes(length: number): Field<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length !== length) throw unfit(`${value.length} bytes where ${length} belong`);
      writer.bytes(value);
    },
    read: (reader) => reader.bytes(length),
  };
}

/** A u16 length and so many bytes, at most `most` of them. */
export function sizedBytes(most: number): Field<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length > most) throw unfit(`${value.length} bytes where at most ${most} belong`);
      writer.unsigned(value.length, 2);
      writer.bytes(value);
    },
    read(reader) {
      const length = reader.unsigned(2);
      if (length > most) throw new Malformed(`${length} bytes where at most ${most} belong`);
      return reader.bytes(length);
    },
  };
}

/** Text in UTF-8 and Unicode's form NFC, at most `mostBytes` of it: what looks alike and is written otherwise is refused. */
export function text(mostBytes: number): Field<string> {
  const sized = sizedBytes(mostBytes);
  return {
    write(writer, value) {
      if (!value.isWellFormed() || value.normalize("NFC") !== value) throw unfit("Text that is not in the form NFC");
      sized.write(writer, encoder.encode(value));
    },
    read(reader) {
      const value = readUtf8(sized.read(reader));
      if (value.normalize("NFC") !== value) throw new Malformed("text is not in the form NFC");
      return value;
    },
  };
}

function readUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("text is not UTF-8");
  }
}

/** A u16 count and so many values. The count is held against the bytes that are left before anything is made. */
export function list<Value>(item: Field<Value>, most: number, leastItemBytes: number): Field<readonly Value[]> {
  return {
    write(writer, values) {
      if (values.length > most) throw unfit(`${values.length} entries where at most ${most} belong`);
      writer.unsigned(values.length, 2);
      for (const value of values) item.write(writer, value);
    },
    read(reader) {
      const count = reader.unsigned(2);
      if (count > most || count * leastItemBytes > reader.left) throw new Malformed(`no room for ${count} entries`);
      return Array.from({ length: count }, () => item.read(reader));
    },
  };
}

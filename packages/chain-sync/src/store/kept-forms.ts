import type { SwarmError } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import { sealedForm } from "../codec/header-codec.ts";
import { decode, encode, hash, list, record, sizedBytes, text, u8, u32 } from "../codec/index.ts";
import { openHeader } from "../hashing/ids.ts";
import type { HeaderStatus, KeptHeader } from "../model/chain-store.ts";
import { chainLimits } from "../model/limits.ts";
import type { StateDelta } from "../model/state.ts";
import type { Outcome } from "../model/verdict.ts";

/** What a store of this version says of itself. */
export const storeSchema = 1;

const statuses: readonly HeaderStatus[] = Object.freeze(["header", "body", "valid", "invalid"]);

const keptHeaderForm = record({ sealed: sealedForm, status: u8 });
const markForm = record({ schema: u32, genesis: hash, tip: hash });
const changeForm = record({
  key: text(chainLimits.stateKeyLength),
  /** 0: the key goes. */
  isThere: u8,
  value: sizedBytes(chainLimits.stateValueBytes),
});
const changesForm = list(changeForm, 65_535, 5);

/** Whose chain it is, and where it ends. */
export interface StoreMark {
  readonly schema: number;
  readonly genesis: string;
  readonly tip: string;
}

export const encodeMark = (mark: StoreMark): Uint8Array => encode(markForm, mark);
/** The first four bytes, whatever a newer version puts behind them. */
export const schemaOf = (mark: Uint8Array): number => kept("mark", decode(u32, mark.subarray(0, 4)));
export const decodeMark = (bytes: Uint8Array): StoreMark => kept("mark", decode(markForm, bytes));

export function encodeDelta(delta: StateDelta): Uint8Array {
  const changes = [...delta].map(([key, value]) => ({
    key,
    isThere: value === undefined ? 0 : 1,
    value: value ?? new Uint8Array(),
  }));
  return encode(changesForm, changes);
}

export function decodeDelta(bytes: Uint8Array): StateDelta {
  const changes = kept("undo record", decode(changesForm, bytes));
  return new Map(changes.map(({ key, isThere, value }) => [key, isThere === 0 ? undefined : value]));
}

/** The sealed header, and a byte for its status. */
export function encodeKeptHeader({ sealed, status }: KeptHeader): Uint8Array {
  return encode(keptHeaderForm, { sealed, status: statuses.indexOf(status) }, chainLimits.sealedHeaderBytes + 1);
}

export function decodeKeptHeader(bytes: Uint8Array): KeptHeader {
  const named = kept("header", openHeader(bytes.subarray(0, chainLimits.sealedHeaderBytes)));
  const status = statuses[bytes[chainLimits.sealedHeaderBytes] ?? statuses.length];
  if (status === undefined) throw corrupt("header", "an unknown status");
  return { ...named, status };
}

/** @throws SwarmError `CHAIN_STORE_CORRUPT` */
export function kept<Value>(what: string, outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw corrupt(what, outcome.reason);
  return outcome.value;
}

export function corrupt(what: string, why: string): SwarmError {
  return chainError("CHAIN_STORE_CORRUPT", `The store's ${what} cannot be read: ${why}.`);
}

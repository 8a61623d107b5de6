import { describeError, SwarmError } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import { decode, encode } from "../codec/index.ts";
import { refuse, type Verdict } from "../model/verdict.ts";
import type { AnyTransactionType, Desk, TransactionType } from "./transaction-type.ts";

/** Below it are numbers of the ledger's own types. */
export const firstFreeNumber = 32;

/** Wraps a type, so that those of different payloads stand in one list. */
export function defineTransactionType<Payload>(type: TransactionType<Payload>): AnyTransactionType {
  return Object.freeze({
    number: type.number,
    name: type.name,
    open(payload: Uint8Array) {
      const decoded = decode(type.form, payload);
      if (!decoded.ok) return undefined;
      const checked = type.schema.safeParse(decoded.value);
      if (!checked.success) return undefined;
      const value = checked.data;
      return { spends: type.spends(value), apply: (desk: Desk) => applySafely(type, desk, value) };
    },
  });
}

/** The same code throws at every node alike, so a throw is a refusal like another; but a state that cannot be read is this node's trouble. */
function applySafely<Payload>(type: TransactionType<Payload>, desk: Desk, payload: Payload): Verdict {
  try {
    return type.apply(desk, payload);
  } catch (error) {
    if (SwarmError.is(error, "CHAIN_STORE_CORRUPT")) throw error;
    return refuse("TRANSACTION_RULE", `${type.name} threw: ${describeError(error)}`);
  }
}

/**
 * A payload's bytes, checked as its receiver will check them.
 * @throws SwarmError `CHAIN_VALUE_INVALID`
 */
export function encodePayload<Payload>(type: TransactionType<Payload>, payload: Payload): Uint8Array {
  const checked = type.schema.safeParse(payload);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw chainError("CHAIN_VALUE_INVALID", `${type.name}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  return encode(type.form, checked.data);
}

export type TypeRegistry = ReadonlyMap<number, AnyTransactionType>;

/**
 * The types of a network, by number.
 * @param own swarm-ledger's
 * @param added third parties', numbered from 32
 * @throws SwarmError `CHAIN_TYPE_TAKEN`
 */
export function typeRegistry(own: readonly AnyTransactionType[], added: readonly AnyTransactionType[]): TypeRegistry {
  const all = [...own, ...added];
  const misplaced = added.find(({ number }) => !Number.isInteger(number) || number < firstFreeNumber || number > 255);
  if (misplaced) throw chainError("CHAIN_TYPE_TAKEN", `${misplaced.name} wants the number ${misplaced.number}.`);
  const registry = new Map(all.map((type) => [type.number, type]));
  if (registry.size < all.length || new Set(all.map(({ name }) => name)).size < all.length) {
    throw chainError("CHAIN_TYPE_TAKEN", "Two transaction types have one number or one name.");
  }
  return registry;
}

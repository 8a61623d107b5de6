import type * as z from "zod";
import type { Field } from "../codec/index.ts";
import type { Account } from "../model/hex.ts";
import type { BlockContext } from "../model/state.ts";
import type { UnsignedTransaction } from "../model/transaction.ts";
import type { Verdict } from "../model/verdict.ts";
import type { StateBook } from "./kept-values.ts";

/**
 * Where one transaction does its work. The sender has paid fee and `spends` at the door; what `spends` brought lies in the
 * till and must be gone to the last unit when `apply` returns. So no type can make or lose money.
 */
export interface Desk {
  readonly context: BlockContext;
  readonly transaction: UnsignedTransaction;
  /** The type's own part of the state: its keys are put behind `x/<number>/`. */
  readonly state: StateBook;
  balanceOf(account: Account): bigint;
  /** From the till. False where it holds less. */
  pay(to: Account, amount: bigint): boolean;
  /** From the till into the reward pool, in the sender's name. */
  contribute(amount: bigint): boolean;
  /** From the till into nothing. */
  burn(amount: bigint): boolean;
  /** For lists and events. */
  note(kind: string, facts: Readonly<Record<string, string | number>>): void;
}

/** One kind of transaction. All of it is pure, and the same at every node of a network, as its number is. */
export interface TransactionType<Payload> {
  /** 0 to 31 are swarm-ledger's own; 32 to 255 are free. */
  readonly number: number;
  readonly name: string;
  /** The payload's byte form. */
  readonly form: Field<Payload>;
  /** What a decoded payload must be beside. */
  readonly schema: z.ZodType<Payload>;
  /** Base units that leave the sender beside the fee. */
  spends(payload: Payload): bigint;
  /** A refusal undoes all of it. It must not throw. */
  apply(desk: Desk, payload: Payload): Verdict;
}

/** A type whose payload only itself knows. */
export interface AnyTransactionType {
  readonly number: number;
  readonly name: string;
  /** Undefined: the payload is not in the type's form. */
  open(payload: Uint8Array): OpenedPayload | undefined;
}

export interface OpenedPayload {
  readonly spends: bigint;
  apply(desk: Desk): Verdict;
}

import { chainLimits } from "../model/limits.ts";
import type { Transaction, UnsignedTransaction } from "../model/transaction.ts";
import { type Outcome, refuse } from "../model/verdict.ts";
import { type Field, fixedBytes, hash, list, sizedBytes, u8, u32, u64 } from "./field.ts";
import { decode, encode, record } from "./record.ts";

const unsignedFields = {
  version: u8,
  chainId: hash,
  type: u8,
  from: hash,
  nonce: u64,
  fee: u64,
  expiryHeight: u32,
  payload: sizedBytes(chainLimits.payloadBytes),
};
const unsignedForm = record(unsignedFields);
const signatureBytes = 64;
const transactionForm: Field<Transaction> = record({ ...unsignedFields, signature: fixedBytes(signatureBytes) });
/** Of one with an empty payload: 1 + 32 + 1 + 32 + 8 + 8 + 4 + 2 + 64. */
const leastTransactionBytes = 152;
/** The count. */
export const bodyHeadBytes = 2;
const bodyForm = list(transactionForm, chainLimits.transactionsPerBlock, leastTransactionBytes);

/** Of its encoded form. */
export const transactionSize = ({ payload }: UnsignedTransaction): number => leastTransactionBytes + payload.length;

/** What the transaction id is made of. */
export function encodeUnsigned(transaction: UnsignedTransaction): Uint8Array {
  return encode(unsignedForm, transaction);
}

/** The unsigned form, then 64 bytes of signature. */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  return encode(transactionForm, transaction, transactionSize(transaction));
}

export function decodeTransaction(bytes: Uint8Array): Outcome<Transaction> {
  if (bytes.length > chainLimits.transactionBytes) return refuse("TOO_LARGE", `a transaction of ${bytes.length} bytes`);
  return decode(transactionForm, bytes);
}

/** A u16 count and the transactions in their order. */
export function encodeBody(transactions: readonly Transaction[]): Uint8Array {
  const bytes = transactions.reduce((sum, each) => sum + transactionSize(each), bodyHeadBytes);
  return encode(bodyForm, transactions, bytes);
}

export function decodeBody(bytes: Uint8Array): Outcome<readonly Transaction[]> {
  if (bytes.length > chainLimits.bodyBytes) return refuse("TOO_LARGE", `a body of ${bytes.length} bytes`);
  return decode(bodyForm, bytes);
}

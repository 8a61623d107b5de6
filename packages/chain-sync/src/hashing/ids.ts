import { decodeSealedHeader, encodeHeader } from "../codec/header-codec.ts";
import {
  bodyHeadBytes,
  decodeBody,
  encodeTransaction,
  encodeUnsigned,
  transactionSize,
} from "../codec/transaction-codec.ts";
import type { Header, NamedHeader } from "../model/header.ts";
import type { BlockId, TransactionId } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import type { SignatureClaim } from "../model/signature-claim.ts";
import type { NamedTransaction, Transaction, UnsignedTransaction } from "../model/transaction.ts";
import { type Outcome, succeed } from "../model/verdict.ts";
import { bytesOf, domainHash, domainPrefix, signingDomains } from "./domains.ts";

/** What stands before the 190 bytes of a header when it is hashed. */
export const blockPreimage = domainPrefix("swarm/blk/1");

export function blockIdOf(header: Header): BlockId {
  return domainHash("swarm/blk/1", encodeHeader(header));
}

/** Decodes 254 bytes and names what they hold. */
export function openHeader(bytes: Uint8Array): Outcome<NamedHeader> {
  const decoded = decodeSealedHeader(bytes);
  if (!decoded.ok) return decoded;
  return succeed({ id: domainHash("swarm/blk/1", bytes.subarray(0, chainLimits.headerBytes)), sealed: decoded.value });
}

export function transactionIdOf(transaction: UnsignedTransaction): TransactionId {
  return domainHash("swarm/tx/1", encodeUnsigned(transaction));
}

/** @param encoded the transaction's bytes, where they are at hand */
export function nameTransaction(transaction: Transaction, encoded = encodeTransaction(transaction)): NamedTransaction {
  const unsigned = encoded.subarray(0, encoded.length - transaction.signature.length);
  return {
    transaction,
    id: domainHash("swarm/tx/1", unsigned),
    fullId: domainHash("swarm/txf/1", encoded),
    bytes: encoded.length,
  };
}

/** Decodes a body and names what it holds, by the bytes as they came: there is one form of each. */
export function openBody(bytes: Uint8Array): Outcome<readonly NamedTransaction[]> {
  const decoded = decodeBody(bytes);
  if (!decoded.ok) return decoded;
  let end = bodyHeadBytes;
  const named = decoded.value.map((transaction) => {
    const from = end;
    end += transactionSize(transaction);
    return nameTransaction(transaction, bytes.subarray(from, end));
  });
  return succeed(named);
}

/** What must hold for a transaction to be its sender's. */
export function transactionClaim({ transaction, id }: NamedTransaction): SignatureClaim {
  return {
    account: transaction.from,
    domain: signingDomains.transaction,
    bytes: bytesOf(id),
    signature: transaction.signature,
  };
}

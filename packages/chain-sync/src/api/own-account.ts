import { isPeerId, publicKeyOf, type Self } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import { bytesOf, hexOf, signingDomains } from "../hashing/domains.ts";
import { nameTransaction, transactionIdOf } from "../hashing/ids.ts";
import type { Account } from "../model/hex.ts";
import type { NamedTransaction, UnsignedTransaction } from "../model/transaction.ts";

/** An account by its own name, or by the peer id whose public key it is. @throws SwarmError `CHAIN_VALUE_INVALID` */
export function accountOf(name: Account): Account {
  if (/^[0-9a-f]{64}$/.test(name)) return name;
  if (isPeerId(name)) return hexOf(publicKeyOf(name));
  throw chainError("CHAIN_VALUE_INVALID", "An account is 64 hexadecimal digits, or a peer id of 52 letters.");
}

/** Signs with the node's identity, in the transactions' own domain: the signature is none for anything else. */
export async function signTransaction(
  self: Pick<Self, "sign">,
  unsigned: UnsignedTransaction,
): Promise<NamedTransaction> {
  const id = transactionIdOf(unsigned);
  const signature = await self.sign(signingDomains.transaction, bytesOf(id));
  return nameTransaction({ ...unsigned, signature });
}

import { concatBytes } from "@noble/hashes/utils.js";
import { bytesOf, hexOf } from "../hashing/domains.ts";
import type { NamedTransaction } from "../model/transaction.ts";

/** Enough that two waiting transactions share one by chance never; who makes two that do gains that the body is asked for. */
export const shortIdBytes = 8;

/** The beginnings of the transactions' full ids, in their order: after BIP 152 "Compact Block Relay", without its salt. */
export function packShortIds(transactions: readonly NamedTransaction[]): Uint8Array {
  return concatBytes(...transactions.map(({ fullId }) => bytesOf(fullId.slice(0, 2 * shortIdBytes))));
}

/** The transactions of these beginnings, of those that are at hand; undefined where one is not among them. */
export function findByShortIds(
  packed: Uint8Array,
  atHand: readonly NamedTransaction[],
): readonly NamedTransaction[] | undefined {
  const byShort = new Map(atHand.map((each) => [each.fullId.slice(0, 2 * shortIdBytes), each]));
  const found: NamedTransaction[] = [];
  for (let at = 0; at < packed.length; at += shortIdBytes) {
    const one = byShort.get(hexOf(packed.subarray(at, at + shortIdBytes)));
    if (one === undefined) return undefined;
    found.push(one);
  }
  return found;
}

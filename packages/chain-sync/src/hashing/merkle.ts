import { sha256 } from "@noble/hashes/sha2.js";
import type { Hash } from "../model/hex.ts";
import { bytesOf, hexOf } from "./domains.ts";

/** SHA-256 of `prefix ‖ parts`: leaves begin with 0x00 and nodes with 0x01, so neither passes for the other. */
export function prefixedHash(prefix: 0 | 1, ...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = sha256.create().update(Uint8Array.of(prefix));
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/**
 * Merkle tree hash of RFC 6962 §2.1. An odd node goes up as it is, never twice: so no two lists have one root
 * (CVE-2012-2459). Of no leaves: SHA-256 of nothing.
 */
export function merkleRoot(leaves: readonly Hash[]): Hash {
  let row = leaves.map((leaf) => prefixedHash(0, bytesOf(leaf)));
  while (row.length > 1) row = rowAbove(row);
  return hexOf(row[0] ?? sha256(new Uint8Array()));
}

function rowAbove(row: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < row.length; at += 2) {
    const [left, right] = [row[at], row[at + 1]];
    if (left === undefined) break;
    above.push(right === undefined ? left : prefixedHash(1, left, right));
  }
  return above;
}

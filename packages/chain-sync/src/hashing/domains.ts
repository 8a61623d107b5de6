import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { sha256Hex } from "@swarm-space/core";
import { hexOf } from "../codec/hex-text.ts";
import type { Hash } from "../model/hex.ts";

/** What is hashed begins with the domain and a zero byte, so nothing of one kind is ever taken for another. */
export type HashDomain = "swarm/blk/1" | "swarm/tx/1" | "swarm/txf/1" | "swarm/tok/1" | "swarm/meta/1";

/** In which `Identity.sign` signs. */
export const signingDomains = Object.freeze({
  transaction: "swarm/tx-sig/1",
  seal: "swarm/seal/1",
  description: "swarm/meta-sig/1",
});

const prefixes: Readonly<Record<HashDomain, Uint8Array>> = Object.freeze({
  "swarm/blk/1": utf8ToBytes("swarm/blk/1\0"),
  "swarm/tx/1": utf8ToBytes("swarm/tx/1\0"),
  "swarm/txf/1": utf8ToBytes("swarm/txf/1\0"),
  "swarm/tok/1": utf8ToBytes("swarm/tok/1\0"),
  "swarm/meta/1": utf8ToBytes("swarm/meta/1\0"),
});

/** A copy of domain ‖ 0x00. */
export function domainPrefix(domain: HashDomain): Uint8Array {
  return prefixes[domain].slice();
}

/** SHA-256 of domain ‖ 0x00 ‖ bytes. */
export function domainHash(domain: HashDomain, bytes: Uint8Array): Hash {
  return sha256Hex(concatBytes(prefixes[domain], bytes));
}

export { hexOf, hexToBytes as bytesOf };

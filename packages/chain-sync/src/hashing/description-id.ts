import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUnsignedDescription } from "../codec/description-codec.ts";
import type { Account, Hash } from "../model/hex.ts";
import type { SignatureClaim } from "../model/signature-claim.ts";
import type { NamedDescription, TokenDescription, UnsignedDescription } from "../model/token-description.ts";
import { bytesOf, domainHash, hexOf, signingDomains } from "./domains.ts";

/** What a token's `metaHash` names: SHA-256 of a description's bytes. */
export function contentHashOf(bytes: Uint8Array): Hash {
  return hexOf(sha256(bytes));
}

/** @throws SwarmError `CHAIN_VALUE_INVALID` */
export function descriptionIdOf(description: UnsignedDescription): Hash {
  return domainHash("swarm/meta/1", encodeUnsignedDescription(description));
}

export function nameDescription(description: TokenDescription): NamedDescription {
  const { token, seq, bytes } = description;
  return { token, seq, contentHash: contentHashOf(bytes), description, id: descriptionIdOf(description) };
}

/** What must hold for a description to be the owner's. */
export function descriptionClaim({ id, description }: NamedDescription, owner: Account): SignatureClaim {
  return { account: owner, domain: signingDomains.description, bytes: bytesOf(id), signature: description.signature };
}

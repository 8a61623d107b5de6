import type { Hash } from "./hex.ts";

/** Bytes of one description, at most. */
export const descriptionBytes = 32_768;

/** What the owner of a token says of it: a name card, a picture. It travels beside the chain, which names one by its hash at most. */
export interface UnsignedDescription {
  /** Of the chain that has the token. */
  readonly chainId: Hash;
  readonly token: Hash;
  /** The highest counts. */
  readonly seq: bigint;
  /** Up to 32 KiB, of whatever form the application gives them. */
  readonly bytes: Uint8Array;
}

export interface TokenDescription extends UnsignedDescription {
  /** By the token's owner, over the description's id, in the domain `swarm/meta-sig/1`. */
  readonly signature: Uint8Array;
}

/** Which description of a token it is. */
export interface DescriptionMark {
  readonly token: Hash;
  readonly seq: bigint;
  /** SHA-256 of the bytes: what the token's `metaHash` names. */
  readonly contentHash: Hash;
}

export interface NamedDescription extends DescriptionMark {
  readonly description: TokenDescription;
  /** What is signed. */
  readonly id: Hash;
}

/** Pure, and the same at all nodes: the higher number, then the lower hash. */
export function isNewer(one: DescriptionMark, other: DescriptionMark): boolean {
  return one.seq !== other.seq ? one.seq > other.seq : one.contentHash < other.contentHash;
}

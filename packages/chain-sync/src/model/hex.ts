/** 32 bytes as 64 lower-case hexadecimal digits. Order of texts is order of bytes, so ids are compared as texts. */
export type Hash = string;
/** Names a block: `sha256("swarm/blk/1\0" ‖ header)`. The seal is outside, so one header has one id. */
export type BlockId = Hash;
/** Names what a transaction does: its bytes without the signature. For deduplication, replacement and lookup. */
export type TransactionId = Hash;
/** Names one signed copy of a transaction: a copy with a bad signature never stands in the good one's way. */
export type FullId = Hash;
/** An account is an Ed25519 public key. `publicKeyOf(peerId)` gives a peer's. */
export type Account = Hash;

/** 64 zeros: the parent of a genesis, and its chain id. */
export const zeroHash: Hash = "0".repeat(64);

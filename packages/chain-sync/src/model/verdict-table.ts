/**
 * What follows of a refusal. `invalid`: a provable break of the rules. `orphan`: its place is not known yet. `future`: not
 * yet. `policy`: nodes may differ, so nobody is blamed. `internal`: our own trouble. Only `invalid` ever scores.
 */
export type VerdictClass = "invalid" | "orphan" | "future" | "policy" | "internal";

interface VerdictRow {
  readonly class: VerdictClass;
  /** Points against the peer that sent it; 100 is a ban. */
  readonly score: number;
  /** `id`: the block of this id is bad for ever. `copy`: this copy is, another may be good. */
  readonly blames: "id" | "copy";
  readonly meaning: string;
}

const copy = (kind: VerdictClass, score: number, meaning: string): VerdictRow =>
  Object.freeze({ class: kind, score, blames: "copy", meaning });
const forever = (meaning: string): VerdictRow => Object.freeze({ class: "invalid", score: 100, blames: "id", meaning });

/** Every reason to refuse something of the chain, and what follows. Codes are stable: they are the keys of `rejected` in the stats. */
export const verdictTable = Object.freeze({
  MALFORMED: copy("invalid", 100, "Bytes that are not the one form of anything."),
  TOO_LARGE: copy("invalid", 100, "Over a hard limit of size."),
  WRONG_CHAIN: copy("policy", 0, "Of another chain or protocol."),
  HEADERS_NOT_CONTIGUOUS: copy("invalid", 100, "Headers that do not stand on each other."),
  HEADER_ORPHAN: copy("orphan", 0, "Its parent is not known."),
  HEADER_FUTURE: copy("future", 0, "Too far ahead of this node's clock."),
  HEADER_SEAL: copy("invalid", 100, "The seal is not its producer's signature."),
  HEADER_VERSION: forever("A version that this chain does not have."),
  HEADER_CHAIN: forever("Its chain id is another one."),
  HEADER_HEIGHT: forever("Its height is not its parent's and one."),
  HEADER_TIME: forever("Its time is not above the median of the eleven before it."),
  HEADER_LIMIT: forever("It promises more transactions or bytes than a block may have."),
  HEADER_DIFFICULTY: forever("Its difficulty is not what its ancestors demand."),
  HEADER_WORK: forever("Its id does not meet its own difficulty."),
  HEADER_PRODUCER: forever("Its producer was not in turn."),
  ANCESTOR_INVALID: forever("It stands on an invalid block."),
  BODY_MISMATCH: copy("invalid", 100, "The body is not the one that the header names."),
  BLOCK_TRANSACTION: forever("One of its transactions breaks a rule."),
  BLOCK_SIGNATURE: forever("One of its transactions is not signed by its sender."),
  BLOCK_STATE: forever("The state after it is not the one that its header names."),
  CHECKPOINT: copy("policy", 0, "It contradicts a checkpoint of this node's configuration."),
  DEEP_FORK: copy("policy", 0, "It would undo more blocks than this node does without its operator."),
  TRANSACTION_SIGNATURE: copy("invalid", 100, "Not signed by its sender."),
  TRANSACTION_VERSION: copy("policy", 0, "A version of transaction that this chain does not have."),
  TRANSACTION_TYPE: copy("policy", 0, "A type of transaction that this node does not have."),
  TRANSACTION_PAYLOAD: copy("policy", 0, "The payload is not in the form of its type."),
  TRANSACTION_RULE: copy("policy", 0, "A rule of its type forbids it on the present state."),
  TRANSACTION_EXPIRED: copy("policy", 0, "The height until which it was good has passed."),
  TRANSACTION_KNOWN: copy("policy", 0, "Already in the pool, in the chain, or refused a while ago."),
  TRANSACTION_NONCE: copy("policy", 0, "The account has used this nonce, or is too far below it."),
  TRANSACTION_BALANCE: copy("policy", 0, "The account cannot pay it beside what it already spends."),
  TRANSACTION_FEE: copy("policy", 0, "Its fee is below what the pool takes."),
  REPLACEMENT_FEE: copy("policy", 0, "Another of the same nonce is there, and this one does not pay a tenth more."),
  REPLACEMENT_RATE: copy("policy", 0, "The account replaces too often."),
  POOL_FULL: copy("policy", 0, "The pool is full of better-paying ones."),
  POOL_ACCOUNT_FULL: copy("policy", 0, "The account has too many waiting."),
  DESCRIPTION_SIGNATURE: copy("invalid", 100, "Not signed by the owner of the token that it describes."),
  DESCRIPTION_TOKEN: copy("policy", 0, "Of a token that this node's chain does not have."),
  DESCRIPTION_CLOSED: copy("policy", 0, "The token is closed, and named another description."),
  DESCRIPTION_STALE: copy("policy", 0, "This one of the token, or a newer one, is here."),
  DESCRIPTION_SOON: copy("policy", 0, "The token had another description less than a minute ago."),
  DESCRIPTION_FULL: copy("policy", 0, "There is no room for descriptions of more tokens."),
  INTERNAL: copy("internal", 0, "This node's own trouble, as a full disk. It proves nothing."),
} satisfies Readonly<Record<string, VerdictRow>>);

export type VerdictCode = keyof typeof verdictTable;

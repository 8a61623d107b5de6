import type { SealedHeader } from "./header.ts";
import type { BlockId } from "./hex.ts";
import type { NamedTransaction } from "./transaction.ts";

/** A whole block. */
export interface Block {
  readonly id: BlockId;
  readonly sealed: SealedHeader;
  readonly transactions: readonly NamedTransaction[];
}

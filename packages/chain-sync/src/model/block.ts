import type { NamedHeader } from "./header.ts";
import type { NamedTransaction } from "./transaction.ts";

/** A whole block. */
export interface Block extends NamedHeader {
  readonly transactions: readonly NamedTransaction[];
}
